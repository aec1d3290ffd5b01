import path from 'node:path';
import { exitStatus, isFailure } from '../base/failure.ts';
import { plural } from '../base/text.ts';
import { formatSize } from '../base/units.ts';
import { placeholdersOf } from '../model/config-placeholder.ts';
import type { Config } from '../model/definition.ts';
import { bad, badBy, good, note, warning, type Diagnosis } from '../model/diagnosis.ts';
import { majorVersion } from '../model/engine.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Engines } from '../ports/engines.ts';
import type { Machine } from '../ports/machine.ts';
import { diagnoseEngines } from './doctor-engines.ts';
import { diagnoseRegistries, type RegistryTools } from './doctor-registries.ts';
import { loadDraft, type ConfigPlace } from './load-config.ts';

export interface DoctorTools extends Omit<RegistryTools, 'registries'> {
  readonly registriesOf: (config: Config) => RegistryTools['registries'];
  readonly machine: Machine;
  readonly engines: Engines;
  readonly configFiles: ConfigFiles;
}

/** Looks at everything that a gate or a promotion will need, and never stops at the first trouble. */
export async function examineAll(
  place: ConfigPlace,
  tools: DoctorTools,
  signal: AbortSignal | undefined,
): Promise<readonly Diagnosis[]> {
  const { machine } = tools;
  const { config, diagnoses: ofConfig } = await diagnoseConfig(place, tools);
  // One after the other: engines are asked with programs of their own, which would slow each other down.
  const ofEngines = await diagnoseEngines(await tools.engines.examine(signal), config, machine);
  const ofRegistries =
    config === undefined
      ? []
      : await diagnoseRegistries(config, { ...tools, registries: tools.registriesOf(config) });
  return [
    diagnoseNode(machine),
    await diagnoseGit(machine),
    ...(await diagnoseTemporary(machine)),
    ...ofEngines,
    ...ofConfig,
    ...ofRegistries,
  ];
}

const nodeMajorLeast = 24;

function diagnoseNode({ node }: Machine): Diagnosis {
  if (majorVersion(node) >= nodeMajorLeast) return good('node', node);
  return bad('node', `${node} is too old`, {
    remedy: `Use Node ${nodeMajorLeast} or later.`,
    exit: exitStatus.unavailable,
  });
}

async function diagnoseGit(machine: Machine): Promise<Diagnosis> {
  const version = await machine.git();
  if (version !== undefined) return good('git', version);
  return warning(
    'git',
    'not installed: bundles and verdicts will not name the commit that they were made from',
    'Install it: on Debian and Ubuntu `apt-get install git`.',
  );
}

// Bundles, snapshots of the source and results pass through here.
const temporaryDisk = { low: 4 * 1024 ** 3, least: 256 * 1024 ** 2 };

async function diagnoseTemporary(machine: Machine): Promise<readonly Diagnosis[]> {
  const free = await machine.freeBytes(machine.temporary);
  const remedy = 'Make room there, or set TMPDIR to a folder with more.';
  if (free === undefined) {
    return [
      bad('disk', `${machine.temporary}, the folder for temporary files, cannot be used`, {
        remedy: 'Set TMPDIR to a folder that you may write to.',
        exit: exitStatus.unavailable,
      }),
    ];
  }
  const message = `${formatSize(free)} free in ${machine.temporary}`;
  if (free < temporaryDisk.least) return [bad('disk', message, { remedy, exit: exitStatus.unavailable })];
  return [free < temporaryDisk.low ? warning('disk', `only ${message}`, remedy) : good('disk', message)];
}

interface ConfigDiagnosis {
  readonly config: Config | undefined;
  readonly diagnoses: readonly Diagnosis[];
}

async function diagnoseConfig(
  place: ConfigPlace,
  { configFiles, machine }: DoctorTools,
): Promise<ConfigDiagnosis> {
  try {
    const config = await loadDraft(configFiles, place);
    const open = placeholdersOf(config).map(({ key, written }) =>
      bad('config', `${key} is ${written}, which init wrote because it could not tell`, {
        remedy: `Write the real value into ${config.file}.`,
        exit: exitStatus.usage,
      }),
    );
    const lost = await missingPaths(config, machine);
    const summary = `${config.file}: ${plural(config.images.length, 'image')}, ${plural(config.suites.length, 'suite')}`;
    return {
      config,
      diagnoses: [
        open.length + lost.length === 0 ? good('config', summary) : note('config', summary),
        ...open,
        ...lost,
      ],
    };
  } catch (error) {
    if (isFailure(error, 'config-missing') && place.file === undefined) {
      return {
        config: undefined,
        diagnoses: [
          warning('config', error.message, 'Run `lockkeeper init` to write one that fits your repository.'),
        ],
      };
    }
    if (!isFailure(error)) throw error;
    const { file = 'the config', line, column } = error.where ?? {};
    const where = [file, line, column].filter((part) => part !== undefined).join(':');
    return {
      config: undefined,
      diagnoses: [{ ...badBy('config', error), message: `${where}: ${error.message}` }],
    };
  }
}

async function missingPaths(
  { directory, images, suites }: Config,
  machine: Machine,
): Promise<readonly Diagnosis[]> {
  const wanted = [
    ...images.flatMap(({ name, origin }) =>
      origin.kind === 'build'
        ? [
            { key: `images.${name}.build.dockerfile`, path: origin.dockerfile, kind: 'file' },
            { key: `images.${name}.build.context`, path: origin.context, kind: 'folder' },
          ]
        : [],
    ),
    ...suites.flatMap(({ name, source }) =>
      source === undefined ? [] : [{ key: `suites.${name}.source`, path: source, kind: 'folder' }],
    ),
  ];
  const diagnoses = await Promise.all(
    wanted.map(async (each) => {
      const found = await machine.kindOf(path.resolve(directory, each.path));
      const message = `${each.key} is ${each.path}, ${found === 'nothing' ? 'which is not there' : `which is no ${each.kind}`}`;
      return found === each.kind
        ? []
        : [
            bad('config', message, {
              remedy: `Correct the path; it is relative to ${directory}.`,
              exit: exitStatus.usage,
            }),
          ];
    }),
  );
  return diagnoses.flat();
}
