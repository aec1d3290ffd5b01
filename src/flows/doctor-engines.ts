import { exitStatus } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { plural, visible } from '../base/text.ts';
import { formatSize } from '../base/units.ts';
import type { Config } from '../model/definition.ts';
import { bad, good, note, warning, type Diagnosis } from '../model/diagnosis.ts';
import { containerLabel, type Engine } from '../model/engine.ts';
import { formatPlatform, samePlatform } from '../model/platform.ts';
import { knownEscapes, type RuntimeEscape } from '../model/runtime-escape.ts';
import type { EngineExamination } from '../ports/engines.ts';
import type { Machine } from '../ports/machine.ts';

/** All engines; those that are not needed because another one works weigh less. */
export async function diagnoseEngines(
  examinations: readonly EngineExamination[],
  config: Config | undefined,
  machine: Machine,
): Promise<readonly Diagnosis[]> {
  const wanted = config?.gate.engine;
  const usable = examinations.flatMap((each) => (each.state === 'works' ? [each.engine] : []));
  const used = usable.find(({ kind }) => wanted === undefined || kind === wanted);
  const diagnoses: Diagnosis[] = [];
  for (const examination of examinations) {
    const isNeeded = used === undefined && (wanted === undefined || examination.kind === wanted);
    if (examination.state === 'works') diagnoses.push(...(await diagnoseEngine(examination.engine, machine)));
    else diagnoses.push(absent(examination, isNeeded, wanted !== undefined));
  }
  return [
    ...diagnoses,
    ...(used === undefined || config === undefined ? [] : fitness(used, config)),
    ...(used === undefined ? [] : [boundary]),
  ];
}

const boundary = note(
  'isolation',
  'a container is no boundary for a stranger’s code: a kernel bug is enough to leave it',
  'Try branches of strangers on a machine that holds no secrets and is thrown away afterwards.',
);

function absent(
  examination: Exclude<EngineExamination, { state: 'works' }>,
  isNeeded: boolean,
  isChosen: boolean,
): Diagnosis {
  const { kind } = examination;
  if (examination.state === 'missing') {
    const remedy = `Install it: on Debian and Ubuntu \`apt-get install ${kind === 'docker' ? 'docker.io' : 'podman'}\`.`;
    // Of two that are missing, one is enough; only the one that the config asks for must be there.
    if (!isNeeded) return note(kind, 'not installed; it is not needed');
    return bad(kind, isChosen ? 'not installed, but gate.engine asks for it' : 'not installed', {
      remedy,
      exit: exitStatus.unavailable,
    });
  }
  const { message, hint } = examination;
  return isNeeded
    ? bad(kind, message, { remedy: hint, exit: exitStatus.unavailable })
    : warning(kind, message, hint);
}

async function diagnoseEngine(engine: Engine, machine: Machine): Promise<readonly Diagnosis[]> {
  const { kind, createArgs, globalArgs, rootless, buildkit } = engine;
  const flags = [...globalArgs, ...createArgs];
  return [
    good(kind, describe(engine)),
    ...(flags.length === 0 ? [] : [note(kind, `it needs ${flags.join(' ')} here, which is added by itself`)]),
    ...(rootless ? [note(kind, 'it runs without root')] : []),
    ...unenforced(engine),
    // podman builds by itself and has no BuildKit to lack.
    ...(kind === 'docker' && buildkit === 'none'
      ? [
          warning(
            kind,
            'it builds without BuildKit: Dockerfiles with heredocs or RUN --mount do not build',
            'Install buildx: `apt-get install docker-buildx`, or docker-buildx-plugin of Docker’s own packages.',
          ),
        ]
      : []),
    ...(await escapesOf(engine, machine)),
    ...(await diagnoseRoot(engine, machine)),
    ...(await leftBehind(engine, machine)),
  ];
}

function describe({
  kind,
  version,
  clientVersion,
  store,
  buildkit,
  runtime,
  platform,
  cpus,
  memoryBytes,
}: Engine): string {
  const client = clientVersion === undefined ? '' : ` (client ${clientVersion})`;
  const builder = { none: 'no BuildKit', builtin: 'BuildKit', buildx: 'BuildKit through buildx' }[buildkit];
  const facts = [
    formatPlatform(platform),
    plural(cpus, 'CPU'),
    formatSize(memoryBytes),
    runtime.version === undefined ? runtime.name : `${runtime.name} ${runtime.version}`,
    ...(kind === 'docker' ? [builder, `${store} image store`] : []),
  ];
  return `${version}${client} works: ${facts.join(', ')}`;
}

function unenforced({ kind, limits: enforced, rootless }: Engine): readonly Diagnosis[] {
  const missing = [
    enforced.memory ? [] : ['memory'],
    enforced.cpus ? [] : ['CPUs'],
    enforced.pids ? [] : ['processes'],
  ].flat();
  if (missing.length === 0) return [];
  const remedy = rootless
    ? 'Delegate the controllers to your user: a systemd drop-in for user@.service with Delegate=cpu memory pids, on cgroup v2.'
    : 'Mount the cgroup controllers for memory, cpu and pids; on Debian boot with cgroup_enable=memory.';
  return [
    warning(
      kind,
      `limits on ${missing.join(', ')} cannot be enforced; a trial may take all of the machine’s`,
      remedy,
    ),
  ];
}

/** A distribution may have closed an escape without moving to upstream's number; its change log then names the CVE. */
async function escapesOf({ kind, runtime }: Engine, machine: Machine): Promise<readonly Diagnosis[]> {
  const escapes = knownEscapes(runtime);
  if (escapes.length === 0) return [];
  const log = (await machine.changelog(runtime.name)) ?? '';
  const packaged = /^\S+ \(([^)]{1,100})\)/.exec(log)?.[1];
  const isThisOne =
    packaged !== undefined && runtime.version !== undefined && packaged.startsWith(runtime.version);
  return escapes.map((escape) => {
    const name = `${runtime.name} ${isThisOne ? packaged : runtime.version}`;
    const cves = escape.cves.join(', ');
    if (isThisOne && escape.cves.every((cve) => log.includes(cve)))
      return good(kind, `${name} is patched against ${cves} by its distribution`);
    return warning(
      kind,
      `${name} has known escapes (${cves})${isThisOne ? ', and its change log names no fix' : ', unless your distribution has patched it'}`,
      updateRemedy(escape, runtime.name),
    );
  });
}

function updateRemedy({ fixedIn }: RuntimeEscape, name: string): string {
  const versions =
    fixedIn.length === 1 ? fixedIn[0] : `${fixedIn.slice(0, -1).join(', ')} or ${fixedIn.at(-1)}`;
  return `Update ${name} to ${versions} or later, or to a package of your distribution that names the fix.`;
}

const engineDisk = { low: 10 * 1024 ** 3, least: 1024 ** 3 };

async function diagnoseRoot(engine: Engine, machine: Machine): Promise<readonly Diagnosis[]> {
  const root = await machine.engineRoot(engine);
  const free = root === undefined ? undefined : await machine.freeBytes(root);
  if (root === undefined || free === undefined) return [];
  const message = `${formatSize(free)} free in ${root}`;
  const remedy = `Make room: \`${engine.kind} system prune\` takes away what nobody uses.`;
  if (free < engineDisk.least) return [bad(engine.kind, message, { remedy, exit: exitStatus.unavailable })];
  return [
    free < engineDisk.low ? warning(engine.kind, `only ${message}`, remedy) : good(engine.kind, message),
  ];
}

/** Ours take their containers away, unless they are killed; then nobody does. */
async function leftBehind(engine: Engine, machine: Machine): Promise<readonly Diagnosis[]> {
  const containers = await machine.ownContainers(engine);
  if (containers.length === 0) return [];
  const label = `label=${containerLabel}`;
  return [
    warning(
      engine.kind,
      `${plural(containers.length, 'container')} of gates: ${listed(containers.map(visible))}`,
      `Where no gate is running they were left by one that was killed: \`${engine.kind} ps --all --quiet --filter ${label} | xargs ${engine.kind} rm --force\` takes them away.`,
    ),
  ];
}

/** The first few of what may be many. */
function listed(names: readonly string[]): string {
  const more = names.length - limits.doctorContainersMax;
  return `${names.slice(0, limits.doctorContainersMax).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** Whether the engine that will be used can do what the config asks. */
function fitness(engine: Engine, { gate, images }: Config): readonly Diagnosis[] {
  const foreign = images.flatMap(({ name, origin }) =>
    origin.kind === 'build'
      ? origin.platforms
          .filter((platform) => !samePlatform(platform, engine.platform))
          .map((platform) => ({ name, platform }))
      : [],
  );
  return [
    ...(gate.memoryBytes > engine.memoryBytes
      ? [
          warning(
            engine.kind,
            `gate.memory is ${formatSize(gate.memoryBytes)}, but the machine has ${formatSize(engine.memoryBytes)}`,
            'Lower gate.memory, or use a larger machine.',
          ),
        ]
      : []),
    ...(gate.cpus !== undefined && gate.cpus > engine.cpus
      ? [
          warning(
            engine.kind,
            `gate.cpus is ${gate.cpus}, but the machine has ${engine.cpus}`,
            'Lower gate.cpus, or use a larger machine.',
          ),
        ]
      : []),
    ...foreign.map(({ name, platform }) =>
      warning(
        engine.kind,
        `images.${name} is built for ${formatPlatform(platform)}, but the machine is ${formatPlatform(engine.platform)}`,
        'Run this image on a machine of its platform, or install emulation (qemu-user-static with binfmt), which is slow.',
      ),
    ),
  ];
}
