import { seededRandom } from '../../base/seeded-random.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import type { Forecast, UnsteadyTest } from '../../model/calibration.ts';
import { digestOf } from '../../model/digest.ts';
import { nothingKnown, type Evidence } from '../../model/evidence.ts';
import { asTestId, runItself, type Observation, type ObservedStatus } from '../../model/observation.ts';
import type { Trial, TrialRequest } from '../../model/trial.ts';
import { conclude, nextTrials } from './judge.ts';

/** A suite as calibration saw it. */
export interface ForecastOrder {
  /** Rule and kind of results of the gate; its trials are not looked at. */
  readonly evidence: Evidence;
  readonly unsteady: readonly Unsteady[];
  /** Tests that pass in every run. */
  readonly steady: number;
  /** Share of the runs that break. */
  readonly broken: number;
  /** Gates that are drawn for each figure. */
  readonly draws: number;
  readonly seed: number;
}

export interface Unsteady extends UnsteadyTest {
  readonly mustPass: boolean;
}

/**
 * What a gate of identical images comes to by chance alone: the judge that ships over made-up runs, in which each test
 * does what it was seen to do, as often, and independently of the others. No container is run.
 */
export function forecast(order: ForecastOrder, screen: number): Forecast {
  const suite = suiteOf(order);
  const rule = { ...order.evidence.rule, screenRuns: screen };
  const evidence = { ...blank, oneBit: order.evidence.oneBit, mustPass: suite.mustPass, rule };
  const flaky = suite.tests.map(({ id }) => id);
  const known = { ...evidence, known: { ...nothingKnown, flaky } };
  const alone = sample({ order, suite, evidence, drops: 0 });
  const withLedger = sample({ order, suite, evidence: known, drops: 0 });
  const dropped = sample({ order, suite, evidence: known, drops: 0.5 });
  return {
    screen,
    runs: alone.runs,
    alone: { held: alone.held, rejected: alone.rejected },
    withLedger: { held: withLedger.held, rejected: withLedger.rejected },
    caught: dropped.held + dropped.rejected,
  };
}

/** How many gates are worth drawing: fewer of a suite in which many tests are unsteady. */
export function drawsFor(unsteady: number): number {
  const { forecastDrawsMin: least, forecastDrawsMax: most, forecastObservationsMax: all } = limits;
  return Math.max(least, Math.min(most, Math.floor(all / (unsteady + 2))));
}

interface MadeSuite {
  readonly tests: readonly MadeTest[];
  /** Names of tests that pass always. */
  readonly steady: readonly Observation['id'][];
  readonly mustPass: readonly string[];
  /** Share of the runs that end badly although no test says why. */
  readonly badEnd: number;
}

interface MadeTest {
  readonly id: Observation['id'];
  /** Shares of the runs, added up, in the order of {@link outcomes}; what is left over, it is not there. */
  readonly upTo: readonly number[];
}

const outcomes = ['passed', 'failed', 'errored', 'skipped'] as const satisfies readonly ObservedStatus[];

function suiteOf({ unsteady, steady }: ForecastOrder): MadeSuite {
  const tests = unsteady.filter(({ test }) => test !== runItself);
  // The other tests say nothing; but as many as it takes for the unsteady ones not to seem to be all of the suite.
  const kept = Math.min(steady, tests.length + 1);
  const itself = unsteady.find(({ test }) => test === runItself);
  return {
    tests: tests.map((test, index) => ({ id: asTestId(`unsteady ${index}`), upTo: addedUp(test) })),
    steady: Array.from({ length: kept }, (_, index) => asTestId(`steady ${index}`)),
    // Names of ours: what people wrote in `must-pass` are globs over other ones.
    mustPass: tests.flatMap(({ mustPass }, index) => (mustPass ? [`unsteady ${index}`] : [])),
    badEnd: itself === undefined ? 0 : itself.failed / (itself.passed + itself.failed),
  };
}

function addedUp({ passed, failed, errored, skipped, missing }: UnsteadyTest): readonly number[] {
  const all = passed + failed + errored + skipped + missing;
  let sum = 0;
  return [passed, failed, errored, skipped].map((count) => (sum += count) / all);
}

interface Sample {
  readonly order: ForecastOrder;
  readonly suite: MadeSuite;
  readonly evidence: Evidence;
  /** How often a test that always passed fails in the candidate. */
  readonly drops: number;
}

interface Shares {
  readonly held: number;
  readonly rejected: number;
  readonly runs: number;
}

function sample({ order, suite, evidence, drops }: Sample): Shares {
  const random = seededRandom(order.seed);
  let [held, rejected, runs] = [0, 0, 0];
  for (let draw = 0; draw < order.draws; draw += 1) {
    const { kind, trials } = judgeOnce(evidence, (request) => {
      const isBroken = random() < order.broken;
      const endsBadly = random() < suite.badEnd;
      const worse = request.side === 'candidate' && random() < drops;
      const tests = suite.tests.flatMap(({ id, upTo }) => observe(id, outcomeOf(upTo, random())));
      const steady = suite.steady.flatMap((id) => observe(id, 'passed'));
      const all = [...steady, ...tests, ...observe(dropping, worse ? 'failed' : 'passed')];
      return trialOf(request, evidence, { observations: isBroken ? [] : all, isBroken, endsBadly });
    });
    if (kind.startsWith('hold')) held += 1;
    if (kind.startsWith('reject')) rejected += 1;
    runs += trials;
  }
  return { held: held / order.draws, rejected: rejected / order.draws, runs: runs / order.draws };
}

const dropping = asTestId('the one that may get worse');

function judgeOnce(
  begun: Evidence,
  run: (request: TrialRequest) => Trial,
): { readonly kind: string; readonly trials: number } {
  let evidence = begun;
  for (;;) {
    const requests = nextTrials([evidence], { canRerun: true }).flatMap((each) => each.requests);
    if (requests.length === 0) break;
    evidence = { ...evidence, trials: [...evidence.trials, ...requests.map(run)] };
  }
  const [concluded] = conclude([evidence], { canRerun: true });
  invariant(concluded !== undefined, 'one piece of evidence has one verdict');
  return { kind: concluded.verdict.kind, trials: concluded.trials };
}

interface MadeRun {
  readonly observations: readonly Observation[];
  readonly isBroken: boolean;
  readonly endsBadly: boolean;
}

function trialOf(request: TrialRequest, evidence: Evidence, made: MadeRun): Trial {
  const image = evidence[request.side];
  invariant(image !== undefined, 'both sides have an image');
  const only = request.only === undefined ? undefined : new Set(request.only);
  const observations = made.observations.filter(({ id }) => only === undefined || only.has(id));
  const fails = observations.some(({ status }) => status === 'failed' || status === 'errored');
  return {
    ...request,
    image,
    startedAt: '1970-01-01T00:00:00.000Z',
    durationMs: 0,
    end: { kind: 'exited', status: made.endsBadly ? crashed : fails ? 1 : 0 },
    report: made.isBroken ? { kind: 'broken', code: 'truncated', why: 'it broke' } : { kind: 'complete' },
    observations,
    output: { bytes: 0, head: '', tail: '', omittedBytes: 0 },
    reports: [],
  };
}

// As a process that was aborted: no number of failing tests explains it.
const crashed = 134;

function outcomeOf(upTo: readonly number[], at: number): ObservedStatus | undefined {
  return outcomes[upTo.findIndex((limit) => at < limit)];
}

function observe(id: Observation['id'], status: ObservedStatus | undefined): readonly Observation[] {
  return status === undefined ? [] : [{ id, parts: { name: id }, status }];
}

const blank = {
  image: 'image',
  suite: 'suite',
  platform: 'platform',
  suiteDigest: digestOf('suite'),
  baseline: digestOf('baseline'),
  candidate: digestOf('candidate'),
  source: { commit: undefined, tree: undefined, dirty: false },
  environment: { engine: '', engineVersion: '', kernel: '', cpus: 1, memoryBytes: 0, network: 'none' },
  preflight: false,
  sentinel: false,
  known: nothingKnown,
  waivers: [],
  trials: [],
} as const satisfies Partial<Evidence>;
