import { Failure, exitStatus } from '../base/failure.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import { describeEngine, type Engine } from '../model/engine.ts';
import type { Observation, TestId } from '../model/observation.ts';
import { parsePlatform } from '../model/platform.ts';
import { formatReference } from '../model/reference.ts';
import type { SuiteCommand } from '../model/suite.ts';
import type { Side, Trial } from '../model/trial.ts';
import type { TriedSuite } from '../model/tried-suite.ts';
import type { LoadedImage } from '../ports/loader.ts';
import type { Repository } from '../ports/repository.ts';
import { selectPlatform } from '../stages/resolve/platforms.ts';
import { rerunCommand } from '../stages/try/rerun.ts';
import { chooseImage, chooseOne, choosePlatform } from './choose.ts';
import { findBaseline, type OpenBundle } from './find-baseline.ts';
import { environmentOf } from './gate-evidence.ts';
import { ledgerFolder } from './ledger-folder.ts';
import { readBundle } from './open-bundle.ts';
import { partsOf, runTrial } from './run-trial.ts';
import { suitesOf } from './select.ts';
import { SourceSnapshots } from './snapshots.ts';
import { storedRuns, type StoredRuns } from './stored-runs.ts';
import type { Tools, Watching } from './tools.ts';

export interface TryOrder {
  readonly config: Config;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Undefined: the only one there is. */
  readonly image: string | undefined;
  readonly suite: string | undefined;
  /** Undefined: the only one there is, or the engine's own. */
  readonly platform: string | undefined;
  readonly side: Side;
  /** As reports name them; empty: the whole suite. */
  readonly tests: readonly string[];
}

/**
 * Runs one suite, or some tests of it, once on one image, exactly as a gate does. For a person who wants to see a failure
 * at home: nothing is judged, and nothing is written into the bundle.
 */
export async function trySuite(order: TryOrder, tools: Tools, watching: Watching): Promise<TriedSuite> {
  const { config, side } = order;
  const layout = await tools.layouts.open(order.bundle);
  const opened: OpenBundle = { layout, bundle: await readBundle(layout) };
  const { candidate, definition } = chooseImage(order.image, opened.bundle, config);
  const suite = chooseOne(suitesOf(config, definition), order.suite, 'suite');
  const engine = await tools.engines.find(config.gate.engine, watching.signal);
  watching.observe({ kind: 'engine-found', engine: describeEngine(engine) });
  const { platform, manifest } = choosePlatform(candidate, order.platform, engine);
  const unit = { image: candidate.image, suite: suite.name, platform };
  const stored = await storedRuns(layout, candidate, unit);
  const only = order.tests.length === 0 ? undefined : knownTests(order.tests, stored);
  const image = { definition, engine, platform };
  const loaded =
    side === 'candidate'
      ? await load(layout, manifest, image, { side, tools, watching })
      : await loadBaseline(opened, stored?.baseline, image, { side, tools, watching });
  await using snapshots = new SourceSnapshots(config.directory, tools.worktrees, [
    order.bundle,
    ledgerFolder(undefined, config, config.directory),
  ]);
  const evidence = {
    ...unit,
    environment: environmentOf(config, engine, suite),
    trials: stored?.trials ?? [],
  };
  const { trial } = await runTrial(
    { evidence, suite, image: loaded, request: { step: 'confirm', side, round: 1, only } },
    {
      config,
      snapshots,
      watching,
      runner: tools.runnerOf(engine),
      checkEngine: async () => void (await tools.engines.find(engine.kind, watching.signal)),
    },
  );
  const { command, whole } = rerunCommand(suite, only, partsOf(evidence));
  return tried({ unit, engine, loaded, command, whole, trial });
}

/** Only a run tells how a test is called for its runner. @throws Failure `name-unknown`, `verdict-missing` */
function knownTests(tests: readonly string[], stored: StoredRuns | undefined): readonly TestId[] {
  if (stored === undefined) {
    throw new Failure(
      'verdict-missing',
      'no gate has run this suite on this bundle, so no test has a name yet',
      {
        hint: 'Leave --test out to run the whole suite, or run `lockkeeper gate` first.',
      },
    );
  }
  const known = new Map<string, TestId>([...partsOf(stored).keys()].map((id) => [id, id]));
  return tests.map((test) => {
    const id = known.get(test);
    if (id !== undefined) return id;
    const near = [...known.keys()].find((each) => each.includes(test) || test.includes(each));
    throw new Failure('name-unknown', `no run of this suite has seen a test ${JSON.stringify(test)}`, {
      hint:
        near === undefined
          ? 'Write it as the report does, with its file and class. Leave --test out to run the whole suite.'
          : `Did you mean ${JSON.stringify(near)}?`,
    });
  });
}

interface ImageOrder {
  readonly definition: ImageDefinition;
  readonly engine: Engine;
  readonly platform: string;
}

interface Loading {
  readonly side: Side;
  readonly tools: Tools;
  readonly watching: Watching;
}

function load(
  from: Repository,
  manifest: Digest,
  { definition, engine }: ImageOrder,
  { side, tools, watching }: Loading,
): Promise<LoadedImage> {
  watching.observe({ kind: 'load-started', image: definition.name, side });
  const options = { heldIsEnough: side === 'baseline' };
  return tools.loaderOf(engine).load(from, manifest, watching.signal, options);
}

/** The image that the gate compared with; where none did, what the name stands for now. */
async function loadBaseline(
  opened: OpenBundle,
  recorded: Digest | undefined,
  image: ImageOrder,
  loading: Loading,
): Promise<LoadedImage> {
  const { definition, platform } = image;
  const { repository, descriptor } = await findBaseline(definition, opened, loading.tools);
  if (recorded !== undefined) return load(repository, recorded, image, loading);
  const found =
    descriptor === undefined
      ? undefined
      : await selectPlatform(repository, descriptor, parsePlatform(platform));
  if (found !== undefined) return load(repository, found.manifest.digest, image, loading);
  const reference = formatReference(definition.baseline);
  throw new Failure('manifest-missing', `${reference} has no image for ${platform}: there is no baseline`);
}

interface Ran {
  readonly unit: Pick<TriedSuite, 'image' | 'suite' | 'platform'>;
  readonly engine: Engine;
  readonly loaded: LoadedImage;
  readonly command: SuiteCommand;
  readonly whole: boolean;
  readonly trial: Trial;
}

function tried({ unit, engine, loaded, command, whole, trial }: Ran): TriedSuite {
  const { report, only, side, startedAt, durationMs, end, output } = trial;
  const seen = new Map(trial.observations.map((observation) => [observation.id, observation]));
  const tests =
    only === undefined
      ? trial.observations.map(testOf)
      : only.map((test) => {
          const observation = seen.get(test);
          return observation === undefined ? { test, status: 'missing' as const } : testOf(observation);
        });
  return {
    schemaVersion: 1,
    kind: 'trial',
    ...unit,
    side,
    digest: loaded.manifest,
    engine: engine.kind,
    imageId: loaded.id,
    command: command.kind === 'argv' ? [...command.argv] : ['sh', '-c', command.line],
    whole,
    exit: exitOf(trial, tests),
    startedAt,
    durationMs,
    end,
    ...(report.kind === 'broken' ? { broken: report.why } : {}),
    tests,
    output,
  };
}

function testOf({ id, status, detail }: Observation): TriedSuite['tests'][number] {
  return { test: id, status, ...(detail === undefined ? {} : { detail }) };
}

/** A failure is a failure, whatever else went wrong; without one, only a run that is whole and ended well is a yes. */
function exitOf({ end, report, only }: Trial, tests: TriedSuite['tests']): TriedSuite['exit'] {
  if (tests.some(({ status }) => status === 'failed' || status === 'errored')) return exitStatus.no;
  if (end.kind === 'not-started') return exitStatus.no;
  if (end.kind !== 'exited' || report.kind === 'broken') return exitStatus.notProven;
  if (tests.length === 0 || tests.some(({ status }) => status === 'missing' || status === 'precluded'))
    return exitStatus.notProven;
  // Where some tests are asked for and the whole suite runs, its status may stand for others.
  return end.status === 0 || only !== undefined ? exitStatus.yes : exitStatus.no;
}
