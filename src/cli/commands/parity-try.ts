import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { Config, ImageDefinition, PlatformOrigin } from '../../model/definition.ts';
import type { GateReport } from '../../model/gate-report.ts';
import type { ParityTryDocument } from '../../model/parity-try-document.ts';
import { builderConfig } from '../../flows/builder-config.ts';
import { gate } from '../../flows/gate.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { tryOnPlatform, type TriedOnPlatform } from '../../flows/parity-try.ts';
import { documentsOf, treesOf } from '../../wire/documents.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { scratchLayouts } from '../../wire/scratch.ts';
import type { Wired } from '../../wire/wired.ts';
import { configOption, type CommandDefinition, type CommandInput, type Context } from '../command.ts';
import { tryExit } from '../parity/try-exit.ts';
import { parityTryText } from '../print/parity-try.ts';
import { watchProgress } from '../print/progress.ts';
import { reportDocument } from '../report/document.ts';
import { checkReportNames, reportOptions, showReport } from '../report/show.ts';
import { programAndVersion } from '../version.ts';

export const parityTryCommand: CommandDefinition = {
  name: 'parity try',
  summary: 'Ask a deployment platform’s own builder, or build with it',
  description:
    'Runs the platform’s own lifecycle in its own builder, by digest, in a hardened container: the same injected buildpacks, order, environment, API and run image. Without --out the build has no network and ends where it would download: what the very buildpacks resolve until then is told (level L3). With --out the image becomes the candidate of a bundle, the suites of lockkeeper.yaml run in it, and it is judged against the image that is deployed now (level L4). No login can be reached, and nothing is pushed.',
  arguments: [
    {
      name: 'DIR',
      description: 'Folder with lockkeeper.yaml, or of the application; this one by default.',
      required: false,
    },
  ],
  options: [
    {
      long: '--image',
      value: 'IMAGE',
      description: 'Which image of lockkeeper.yaml, where several have a platform.',
    },
    {
      long: '--channel',
      value: 'CHANNEL',
      description: 'Another channel of the platform than the one of lockkeeper.yaml.',
    },
    {
      long: '--builder',
      value: 'NAME',
      description: 'Ask this builder image, and no platform of lockkeeper.yaml. Nothing is judged then.',
    },
    {
      long: '--run-image',
      value: 'NAME',
      description: 'With --builder: the run image, in place of the one that the builder names.',
    },
    {
      long: '--out',
      value: 'DIR',
      description: 'Build, and put the image into this bundle; made where it does not exist.',
    },
    {
      long: '--network',
      description: 'Let the build of --out use the engine’s network, which it needs to download anything.',
    },
    { long: '--ledger', value: 'DIR', description: 'Folder in which gates leave what later ones may use.' },
    ...reportOptions,
    configOption,
  ],
  examples: [
    {
      command: 'lockkeeper parity try',
      meaning: 'See in seconds what the platform’s buildpacks make of this repository.',
    },
    {
      command: 'lockkeeper parity try --builder heroku/builder:24',
      meaning: 'The same for any builder, without lockkeeper.yaml.',
    },
    {
      command: 'lockkeeper parity try --out bundle --network',
      meaning: 'Build as the platform will, run the suites in it, and judge.',
    },
  ],
  exits: [
    '0  the builder takes it; with --out: built, and at least as good',
    '3  a buildpack refuses, or passes over a version that is pinned; or something got worse',
    '4  it cannot be told, or is not proven',
    '5  no engine, a registry does not answer, or the lifecycle is too old',
  ],
  run: async (input, context) => {
    checkReportNames(input.values('--report'), context.env);
    const wired = await hermetic(context.env, context.signal);
    const target = await targetOf(input, context, wired);
    const out = input.value('--out');
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    const tools = {
      ...wired.for(target.config),
      scratch: scratchLayouts(context.env),
      documents: documentsOf(context.env, context.signal),
      trees: treesOf(context.env),
    };
    const bundle = out === undefined ? undefined : path.resolve(context.cwd, out);
    const { config, image, origin, definition } = target;
    const deployed = definition?.baseline;
    const { tried, report } = await progress.during(async () => {
      const done = await tryOnPlatform({ config, image, origin, out: bundle, deployed }, tools, watching);
      if (bundle === undefined || definition === undefined) return { tried: done, report: undefined };
      const ledger = ledgerFolder(input.value('--ledger'), config, context.cwd);
      const order = {
        config,
        bundle,
        bundleName: out ?? '',
        images: [image],
        ledger,
        madeBy: programAndVersion(),
      };
      return { tried: done, report: await gate(order, tools, watching) };
    });
    await show({ tried, report, origin, out }, input, context);
    return tryExit(tried.outcome, report?.exit);
  },
};

interface Target {
  readonly config: Config;
  readonly image: string;
  readonly origin: PlatformOrigin;
  /** Undefined: there is nothing to judge by. */
  readonly definition: ImageDefinition | undefined;
}

async function targetOf(input: CommandInput, { cwd }: Context, wired: Wired): Promise<Target> {
  const folder = path.resolve(cwd, input.arguments[0] ?? '.');
  const network = input.flag('--network') ? ('default' as const) : undefined;
  const builder = input.value('--builder');
  const runImage = input.value('--run-image');
  if (builder !== undefined) {
    const { config, origin } = builderConfig({ folder, builder, runImage });
    return { config, image: 'app', origin: { ...origin, network: network ?? 'none' }, definition: undefined };
  }
  if (runImage !== undefined)
    throw new Failure('usage', '--run-image goes with --builder', {
      hint: 'In lockkeeper.yaml a channel has run-image.',
    });
  const config = await loadConfig(wired.configFiles, { cwd: folder, file: input.value('--config') });
  const found = imageOf(config, input.value('--image'));
  const { origin, definition } = found;
  const channel = input.value('--channel') ?? origin.channel;
  return {
    config,
    image: definition.name,
    definition,
    origin: { ...origin, channel, network: network ?? origin.network },
  };
}

function imageOf(
  { images, file }: Config,
  wanted: string | undefined,
): { readonly definition: ImageDefinition; readonly origin: PlatformOrigin } {
  const offered = images.flatMap((definition) =>
    definition.origin.kind === 'platform' ? [{ definition, origin: definition.origin }] : [],
  );
  const found = offered.filter(({ definition }) => wanted === undefined || definition.name === wanted);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const names = offered.map(({ definition }) => definition.name).join(', ');
  if (first !== undefined)
    throw new Failure('usage', 'several images are built by a platform', {
      hint: `Say which one: --image ${names.split(', ')[0]}; there is ${names}.`,
    });
  throw new Failure(
    'name-unknown',
    wanted === undefined
      ? `no image of ${file} is built by a platform`
      : `no image ${JSON.stringify(wanted)} of ${file} is built by a platform`,
    {
      hint:
        names === ''
          ? 'Give an image `platform: { name: … }` there, or ask a builder with --builder.'
          : `There is ${names}.`,
    },
  );
}

interface Shown {
  readonly tried: TriedOnPlatform;
  readonly report: GateReport | undefined;
  readonly origin: PlatformOrigin;
  readonly out: string | undefined;
}

async function show(shown: Shown, input: CommandInput, context: Context): Promise<void> {
  const { report } = shown;
  const document = documentOf(shown);
  const { stdout } = context;
  stdout.write(
    context.json
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : parityTryText(document, { colour: stdout.colour, columns: stdout.columns }),
  );
  if (report === undefined) return;
  if (!context.json) stdout.write('\n');
  // One document is one document: with --json the report is a part of the one above.
  const silent = { ...stdout, write: () => undefined };
  await showReport(report, input, context.json ? { ...context, stdout: silent } : context);
}

function documentOf({ tried, report, origin, out }: Shown): ParityTryDocument {
  const { channel, builder, runImage, platformApi, said, versions, candidate, deployed } = tried;
  return {
    schemaVersion: 1,
    kind: 'parity-try',
    madeBy: programAndVersion(),
    platform: origin.platform,
    channel: channel.channel.name,
    level: candidate === undefined ? 'L3' : 'L4',
    builder,
    ...(runImage !== undefined && { runImage }),
    platformApi,
    buildpacks: said.group.map(({ id, version }) => ({ id, version })),
    versions: versions.map(({ version, asked, origin: by, ...rest }) => ({
      ...rest,
      ...(version !== undefined && { version }),
      ...(asked !== undefined && { asked }),
      ...(by !== undefined && { origin: by }),
    })),
    outcome: tried.outcome,
    passedOver: tried.passedOver.map(({ pin, by }) => ({
      file: pin.place.file,
      line: pin.place.line,
      runtime: pin.runtime,
      asked: pin.text,
      buildpack: { id: by.buildpack.id, version: by.buildpack.version },
      takes: by.version ?? '',
    })),
    ended: tried.sentence,
    durationMs: tried.durationMs,
    ...(candidate !== undefined && {
      image: { name: candidate.image, digest: candidate.digest, bundle: out ?? '' },
    }),
    ...(deployed !== undefined && {
      deployed: {
        reference: deployed.reference,
        ...(deployed.digest !== undefined && { digest: deployed.digest }),
        differences: [...deployed.differences],
      },
    }),
    notices: [...tried.notices],
    ...(report !== undefined && { gate: reportDocument(report) }),
  };
}
