import assert from 'node:assert/strict';
import { digestOf } from '../../src/model/digest.ts';
import { nothingKnown, type Evidence } from '../../src/model/evidence.ts';
import type { Finding } from '../../src/model/finding.ts';
import { asTestId, type Observation, type ObservedStatus } from '../../src/model/observation.ts';
import { defaultRule, type Rule } from '../../src/model/rule.ts';
import type { Side, Trial, TrialRequest } from '../../src/model/trial.ts';
import type { SuiteVerdict } from '../../src/model/verdict.ts';
import { conclude, nextTrials } from '../../src/stages/judge/judge.ts';

/** What each test did in a run, by its name; a signature may follow the status: `failed: boom`. */
export type Results = Readonly<Record<string, ObservedStatus | `${ObservedStatus}: ${string}`>>;

/** What a made-up run of a suite came to. */
export type MadeRun = Partial<Omit<Trial, 'observations'>> & { readonly results?: Results };

/** A made-up suite: what happens when it is run as asked. Tests that were not asked for are left out afterwards. */
export type MadeSuite = (request: TrialRequest, evidence: Evidence) => MadeRun;

export type EvidenceParts = Partial<Omit<Evidence, 'rule'>> & {
  readonly rule?: Partial<Rule>;
  readonly hasBaseline?: boolean;
};

export function makeEvidence({ rule, hasBaseline = true, ...parts }: EvidenceParts = {}): Evidence {
  return {
    image: 'app',
    suite: 'unit',
    platform: 'linux/amd64',
    suiteDigest: digestOf('suite'),
    baseline: hasBaseline ? digestOf('baseline') : undefined,
    candidate: digestOf('candidate'),
    source: { commit: undefined, tree: undefined, dirty: false },
    environment: {
      engine: 'docker',
      engineVersion: '27',
      kernel: '6.1',
      cpus: 2,
      memoryBytes: 1024,
      network: 'none',
    },
    rule: { ...defaultRule, ...rule },
    oneBit: false,
    mustPass: [],
    preflight: false,
    sentinel: false,
    known: nothingKnown,
    waivers: [],
    trials: [],
    ...parts,
  };
}

export function makeTrial(
  request: TrialRequest,
  { candidate, baseline }: Evidence,
  { results = {}, ...run }: MadeRun,
): Trial {
  const image = request.side === 'candidate' ? candidate : baseline;
  assert.ok(image, 'no trial of a baseline that is not there');
  const observations = makeObservations(results).filter(
    ({ id }) => request.only === undefined || request.only.includes(id),
  );
  const isBad = observations.some(({ status }) => status === 'failed' || status === 'errored');
  return {
    ...request,
    image,
    startedAt: '2026-03-14T09:26:53Z',
    durationMs: 1000,
    end: { kind: 'exited', status: isBad ? 1 : 0 },
    report: { kind: 'complete' },
    observations,
    output: { bytes: 0, head: '', tail: '', omittedBytes: 0 },
    reports: [],
    ...run,
  };
}

function makeObservations(results: Results): readonly Observation[] {
  return Object.entries(results).map(([name, result]) => {
    const [status = '', signature] = result.split(': ', 2);
    assert.ok(isStatus(status), result);
    return {
      id: asTestId(name),
      parts: { name },
      status,
      ...(signature === undefined ? {} : { signature, detail: signature }),
    };
  });
}

function isStatus(text: string): text is ObservedStatus {
  return ['passed', 'failed', 'skipped', 'errored', 'precluded'].includes(text);
}

/** Both sides' screens as stored results. */
export function storedPair(baseline: Results, candidate: Results, parts: EvidenceParts = {}): Evidence {
  const evidence = makeEvidence(parts);
  const screen = (side: Side, results: Results): Trial =>
    makeTrial({ step: 'screen', side, round: 1, only: undefined }, evidence, { results });
  const sides =
    evidence.baseline === undefined
      ? [screen('candidate', candidate)]
      : [screen('baseline', baseline), screen('candidate', candidate)];
  return { ...evidence, trials: sides };
}

export interface Driven {
  readonly evidences: readonly Evidence[];
  readonly suites: readonly SuiteVerdict[];
  /** How often the judge was asked what to run next. */
  readonly asked: number;
}

export interface DriveOptions {
  /** Puts the requests of each answer, over all units, into another order, or leaves some for later. */
  readonly schedule?: (requests: readonly UnitRequest[]) => readonly UnitRequest[];
}

export interface UnitRequest {
  readonly unit: number;
  readonly request: TrialRequest;
}

/** Does what the judge asks for until it asks for nothing more; fails where that takes more runs than the rule allows. */
export function drive(
  begun: readonly Evidence[],
  suite: MadeSuite,
  { schedule = (all) => all }: DriveOptions = {},
): Driven {
  const trials = begun.map(({ trials: had }) => [...had]);
  const grown = (): readonly Evidence[] =>
    begun.map((evidence, unit) => ({ ...evidence, trials: [...(trials[unit] ?? [])] }));
  for (let asked = 1; ; asked += 1) {
    const evidences = grown();
    const next = nextTrials(evidences, { canRerun: true });
    const all = next.flatMap(({ unit, requests }) => requests.map((request) => ({ unit, request })));
    if (all.length === 0) return { evidences, suites: conclude(evidences, { canRerun: true }), asked };
    for (const { unit, request } of schedule(all)) {
      const evidence = begun[unit];
      const own = trials[unit];
      assert.ok(evidence && own, 'the judge asks for a unit that is there');
      own.push(makeTrial(request, evidence, suite(request, evidence)));
      assert.ok(own.length <= trialsMax(evidence), `more runs than the rule allows: ${own.length}`);
    }
  }
}

/** The most runs that the rule can ask of one unit, both sides together. */
function trialsMax({ rule, baseline, preflight, sentinel }: Evidence): number {
  const sides = baseline === undefined ? 1 : 2;
  const tries = Math.max(1, rule.errorRuns);
  const before = (preflight ? sides * tries : 0) + (sentinel ? tries : 0);
  // And once more the baseline, where the suite seems to run other tests each time.
  return before + 1 + sides * (rule.screenRuns + rule.errorRuns + rule.confirmRuns);
}

/** One unit, driven to its end. */
export function driveOne(suite: MadeSuite, parts: EvidenceParts = {}): SuiteVerdict {
  const [verdict] = drive([makeEvidence(parts)], suite).suites;
  assert.ok(verdict);
  return verdict;
}

export function concludeStored(evidence: Evidence): SuiteVerdict {
  assert.deepEqual(nextTrials([evidence], { canRerun: false }), [], 'nothing can be run again');
  const [verdict] = conclude([evidence], { canRerun: false });
  assert.ok(verdict);
  return verdict;
}

/** `name: kind` of all findings that are not the same, or of one test. */
export function kindsOf({ findings }: SuiteVerdict): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ test, kind }) => [test, kind]));
}

export function findingOf({ findings }: SuiteVerdict, name: string): Finding {
  const found = findings.find(({ test }) => test === name);
  assert.ok(found, `no finding of ${name}`);
  return found;
}
