import { Failure, exitStatus } from '../base/failure.ts';
import type { CalibratedUnit, Calibration } from '../model/calibration.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import { describeEngine, type Engine } from '../model/engine.ts';
import { nothingKnown, type Evidence } from '../model/evidence.ts';
import type { Observation } from '../model/observation.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import { formatReference } from '../model/reference.ts';
import { suiteDigest, type Suite } from '../model/suite.ts';
import type { Trial } from '../model/trial.ts';
import type { LoadedImage } from '../ports/loader.ts';
import { calibrate, isHopeless, roundOf } from '../stages/judge/calibrate.ts';
import { selectPlatform } from '../stages/resolve/platforms.ts';
import { findBaseline, type OpenBundle } from './find-baseline.ts';
import { environmentOf, sourceOf } from './gate-evidence.ts';
import { Memory } from './memory.ts';
import { readBundle } from './open-bundle.ts';
import { runTogether, runTrial, type TrialTools } from './run-trial.ts';
import { selectByName, suitesOf } from './select.ts';
import { SourceSnapshots } from './snapshots.ts';
import type { Tools, Watching } from './tools.ts';

export interface CalibrateOrder {
  readonly config: Config;
  /** Names of images; empty: all. */
  readonly images: readonly string[];
  /** Names of suites; empty: all of an image's. */
  readonly suites: readonly string[];
  /** Pairs of runs. */
  readonly rounds: number;
  /** Undefined: the engine's own. */
  readonly platform: Platform | undefined;
  /** Folder of a bundle that `lockkeeper resolve` put baselines into; undefined: registries are asked. */
  readonly bundle: string | undefined;
  /** Folder of the ledger, absolute; undefined: nothing is remembered. */
  readonly ledger: string | undefined;
  /** Program and version, for the record. */
  readonly madeBy: string;
}

/**
 * Runs suites on the images in use, against themselves, and says what chance alone does to a gate of them. What contradicts
 * itself goes into the ledger. No candidate is run, and no name is moved.
 */
export async function calibrateSuites(
  order: CalibrateOrder,
  tools: Tools,
  watching: Watching,
): Promise<Calibration> {
  const { config } = order;
  const started = tools.clock.monotonicMs();
  const createdAt = tools.clock.now().toISOString();
  const images = selectByName(config.images, order.images, ({ name }) => name, `image in ${config.file}`);
  selectByName(config.suites, order.suites, ({ name }) => name, `suite in ${config.file}`);
  const engine = await tools.engines.find(config.gate.engine, watching.signal);
  watching.observe({ kind: 'engine-found', engine: describeEngine(engine) });
  await using snapshots = new SourceSnapshots(config.directory, tools.worktrees, [
    order.bundle,
    order.ledger,
  ]);
  const checkEngine = async (): Promise<void> =>
    void (await tools.engines.find(engine.kind, watching.signal));
  const run = { config, snapshots, watching, runner: tools.runnerOf(engine), checkEngine };
  const opened = await openBundle(order.bundle, tools);
  const units: CalibratedUnit[] = [];
  const evidences: Evidence[] = [];
  for (const image of images) {
    const suites = suitesOf(config, image).filter(
      ({ name }) => order.suites.length === 0 || order.suites.includes(name),
    );
    if (suites.length === 0) continue;
    const loaded = await loadBaseline({ image, engine, opened, platform: order.platform }, tools, watching);
    for (const suite of suites) {
      const begun = await begin({ config, engine, image, suite, loaded }, snapshots);
      const evidence = await runRounds({ evidence: begun, suite, loaded, rounds: order.rounds }, run);
      const { digest, reference, platform } = loaded;
      const figures = calibrate(evidence, { remembers: order.ledger !== undefined });
      units.push({ image: image.name, suite: suite.name, platform, reference, digest, ...figures });
      evidences.push(evidence);
    }
  }
  const memory = new Memory(
    order.ledger === undefined ? undefined : tools.ledgers.open(order.ledger),
    createdAt,
  );
  await memory.rememberBaselines(evidences);
  return {
    schemaVersion: 1,
    kind: 'calibration',
    madeBy: order.madeBy,
    createdAt,
    durationMs: tools.clock.monotonicMs() - started,
    engine: describeEngine(engine),
    ...(order.ledger === undefined ? {} : { ledger: order.ledger }),
    exit: units.every(({ rounds }) => rounds > 0) ? exitStatus.yes : exitStatus.notProven,
    units,
    notices: [...noticesOf(order, units), ...memory.faults],
  };
}

async function openBundle(folder: string | undefined, { layouts }: Tools): Promise<OpenBundle | undefined> {
  if (folder === undefined) return undefined;
  const layout = await layouts.open(folder);
  return { layout, bundle: await readBundle(layout) };
}

interface LoadedBaseline {
  readonly reference: string;
  readonly digest: LoadedImage['manifest'];
  readonly platform: string;
  readonly image: LoadedImage;
}

interface LoadOrder {
  readonly image: ImageDefinition;
  readonly engine: Engine;
  readonly opened: OpenBundle | undefined;
  readonly platform: Platform | undefined;
}

async function loadBaseline(
  { image: definition, engine, opened, platform: wanted = engine.platform }: LoadOrder,
  tools: Tools,
  { observe, signal }: Watching,
): Promise<LoadedBaseline> {
  const reference = formatReference(definition.baseline);
  const { repository, descriptor } = await findBaseline(definition, opened, tools);
  observe({ kind: 'resolved', image: definition.name, reference, digest: descriptor?.digest });
  if (descriptor === undefined) {
    throw new Failure(
      'manifest-missing',
      `${reference} does not exist yet, so there is nothing to calibrate`,
      {
        hint: 'Promote a first candidate; its gate is absolute.',
      },
    );
  }
  const found = await selectPlatform(repository, descriptor, wanted);
  if (found === undefined) {
    throw new Failure('manifest-missing', `${reference} has no image for ${formatPlatform(wanted)}`, {
      hint: 'Name one that it has with --platform.',
    });
  }
  observe({ kind: 'load-started', image: definition.name, side: 'baseline' });
  const options = { heldIsEnough: true };
  const image = await tools.loaderOf(engine).load(repository, found.manifest.digest, signal, options);
  return { reference, digest: found.manifest.digest, platform: formatPlatform(found.platform), image };
}

interface Begin {
  readonly config: Config;
  readonly engine: Engine;
  readonly image: ImageDefinition;
  readonly suite: Suite;
  readonly loaded: LoadedBaseline;
}

/** Both sides are the same image. */
async function begin(
  { config, engine, image, suite, loaded }: Begin,
  snapshots: SourceSnapshots,
): Promise<Evidence> {
  return {
    image: image.name,
    suite: suite.name,
    platform: loaded.platform,
    suiteDigest: suiteDigest(suite),
    baseline: loaded.digest,
    candidate: loaded.digest,
    source: await sourceOf(suite.source, snapshots),
    environment: environmentOf(config, engine, suite),
    rule: config.gate.rule,
    oneBit: suite.results.format === 'exit-status',
    mustPass: suite.mustPass,
    preflight: false,
    sentinel: false,
    known: nothingKnown,
    waivers: [],
    trials: [],
  };
}

interface Rounds {
  readonly evidence: Evidence;
  readonly suite: Suite;
  readonly loaded: LoadedBaseline;
  readonly rounds: number;
}

/** As a gate runs its screens: one after the other, or both of a round at once where the config says so. */
async function runRounds(
  { evidence: begun, suite, loaded, rounds }: Rounds,
  tools: TrialTools,
): Promise<Evidence> {
  const { watching, config } = tools;
  const { image, suite: name, platform } = begun;
  watching.observe({ kind: 'calibration-started', unit: { image, suite: name, platform }, runs: 2 * rounds });
  const thrifty = thriftily();
  let evidence = begun;
  for (let round = 1; round <= rounds && !isHopeless(evidence); round += 1) {
    const requests = roundOf(round);
    const groups = config.gate.parallel ? [requests] : requests.map((request) => [request]);
    for (const together of groups) {
      watching.signal?.throwIfAborted();
      const ran = await runTogether(
        together.map((request) => runTrial({ evidence, suite, image: loaded.image, request }, tools)),
      );
      const trials: readonly Trial[] = ran.map(({ trial }) => thrifty(trial));
      evidence = { ...evidence, trials: [...evidence.trials, ...trials] };
    }
  }
  return evidence;
}

/** Two hundred runs of a large suite fit into memory when they share what they have in common, and nothing else is kept. */
function thriftily(): (trial: Trial) => Trial {
  const seen = new Map<string, Observation>();
  const shared = ({ id, parts, status }: Observation): Observation => {
    const key = `${status} ${id}`;
    const known = seen.get(key) ?? { id, parts, status };
    seen.set(key, known);
    return known;
  };
  return (trial) => ({
    ...trial,
    observations: trial.observations.map(shared),
    output: { bytes: trial.output.bytes, head: '', tail: '', omittedBytes: trial.output.bytes },
    reports: [],
  });
}

function noticesOf({ ledger, rounds }: CalibrateOrder, units: readonly CalibratedUnit[]): readonly string[] {
  const stopped = units
    .filter(({ rounds: compared }) => compared === 0)
    .map(({ suite, image }) => `${suite} on ${image} came to its end too seldom for two runs to be compared`);
  const isLost = ledger === undefined && units.some(({ unsteady }) => unsteady.length > 0);
  const few = rounds < 5 ? [`${rounds} rounds show only tests that differ often`] : [];
  return [
    ...stopped,
    ...few,
    ...(isLost
      ? ['no ledger is named, so later gates do not know of it: set gate.ledger, or name one with --ledger']
      : []),
  ];
}
