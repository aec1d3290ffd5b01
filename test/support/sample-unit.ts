import { digestOf } from '../../src/model/digest.ts';
import { nothingKnown } from '../../src/model/evidence.ts';
import type { Change } from '../../src/model/change.ts';
import { findingKinds, type Finding, type FindingKind, type PairStatus } from '../../src/model/finding.ts';
import type { GateUnit } from '../../src/model/gate-report.ts';
import {
  runItself,
  TestNamer,
  type Observation,
  type ObservedStatus,
  type TestParts,
} from '../../src/model/observation.ts';
import { defaultRule, type Rule } from '../../src/model/rule.ts';
import type { ReportState, Side, Trial, TrialEnd, TrialStep } from '../../src/model/trial.ts';
import type { Verdict } from '../../src/model/verdict.ts';

/** One test of a made-up unit: what it did on each side, and what the judge made of it. */
export interface SampleTest {
  readonly parts: TestParts;
  readonly kind: FindingKind;
  readonly baseline: PairStatus;
  readonly candidate: PairStatus;
  readonly because?: string;
  readonly baselineDetail?: string;
  readonly candidateDetail?: string;
  readonly confirmed?: Finding['confirmed'];
}

/** One run of a made-up unit; a run without `own` observations sees what the tests say of its side. */
export interface SampleTrial {
  readonly step: TrialStep;
  readonly side: Side;
  readonly round?: number;
  readonly atSeconds: number;
  readonly seconds: number;
  readonly status?: number;
  readonly end?: TrialEnd;
  readonly report?: ReportState;
  readonly log?: string;
  /** Only these tests were asked for, and all of them did this. */
  readonly only?: { readonly kinds: readonly FindingKind[]; readonly did: ObservedStatus };
}

export interface SampleUnit {
  readonly image: string;
  readonly suite: string;
  readonly platform?: string;
  readonly verdict: Verdict;
  readonly tests: readonly SampleTest[];
  readonly trials: readonly SampleTrial[];
  readonly change?: Change;
  readonly rule?: Partial<Rule>;
  readonly oneBit?: boolean;
  readonly hasBaseline?: boolean;
}

export const sampleStart = Date.UTC(2026, 2, 14, 9, 26, 53);

export function sampleUnit(spec: SampleUnit): GateUnit {
  const namer = new TestNamer();
  const named = spec.tests.map((test) => ({
    ...test,
    id: test.parts.name === runItself ? runItself : namer.name(test.parts),
  }));
  const importance = (kind: FindingKind): number => findingKinds.indexOf(kind);
  const findings = named
    .map((test): Finding => ({
      test: test.id,
      kind: test.kind,
      baseline: spec.hasBaseline === false ? undefined : test.baseline,
      candidate: test.candidate,
      because: test.because ?? `${test.baseline} in the baseline, ${test.candidate} in the candidate`,
      ...(test.baselineDetail === undefined ? {} : { baselineDetail: test.baselineDetail }),
      ...(test.candidateDetail === undefined ? {} : { candidateDetail: test.candidateDetail }),
      ...(test.confirmed === undefined ? {} : { confirmed: test.confirmed }),
    }))
    .toSorted((one, other) => importance(one.kind) - importance(other.kind));
  const platform = spec.platform ?? 'linux/amd64';
  const seen = (side: Side): number => named.filter((test) => test[side] !== 'missing').length;
  return {
    evidence: {
      image: spec.image,
      suite: spec.suite,
      platform,
      suiteDigest: digestOf(`suite ${spec.suite}`),
      baseline: spec.hasBaseline === false ? undefined : digestOf(`baseline ${spec.image} ${platform}`),
      candidate: digestOf(`candidate ${spec.image} ${platform}`),
      source: { commit: '7e89ae6714c256608cd1a9525020db51f9aadad6', tree: digestOf('tree'), dirty: false },
      environment: {
        engine: 'docker',
        engineVersion: '28.5.1',
        kernel: '6.12.38',
        cpus: 2,
        memoryBytes: 4_294_967_296,
        network: 'none',
      },
      rule: { ...defaultRule, ...spec.rule },
      oneBit: spec.oneBit ?? false,
      mustPass: [],
      preflight: true,
      sentinel: false,
      known: nothingKnown,
      waivers: [],
      trials: spec.trials.map((trial) => trialOf(trial, named, spec)),
    },
    verdict: {
      image: spec.image,
      suite: spec.suite,
      platform,
      verdict: spec.verdict,
      findings,
      counts: countKinds(findings),
      observed: { baseline: spec.hasBaseline === false ? 0 : seen('baseline'), candidate: seen('candidate') },
      trials: spec.trials.filter(({ step }) => step !== 'preflight').length,
    },
    change: spec.change,
  };
}

type Named = SampleTest & { readonly id: Finding['test'] };

function trialOf(
  sample: SampleTrial,
  tests: readonly Named[],
  { image, platform = 'linux/amd64' }: SampleUnit,
): Trial {
  const { step, side, only, log = '' } = sample;
  const asked = only === undefined ? tests : tests.filter(({ kind }) => only.kinds.includes(kind));
  const observations =
    step === 'preflight' || sample.end !== undefined ? [] : asked.flatMap((test) => observe(test, sample));
  return {
    step,
    side,
    round: sample.round ?? 1,
    only: only === undefined ? undefined : asked.map(({ id }) => id),
    image: digestOf(`${side} ${image} ${platform}`),
    startedAt: new Date(sampleStart + sample.atSeconds * 1000).toISOString(),
    durationMs: sample.seconds * 1000,
    end: sample.end ?? { kind: 'exited', status: sample.status ?? 0 },
    report: sample.report ?? { kind: 'complete' },
    observations,
    output: { bytes: Buffer.byteLength(log), head: log, tail: '', omittedBytes: 0 },
    reports: [],
  };
}

function observe(test: Named, { side, only }: SampleTrial): readonly Observation[] {
  const status = only?.did ?? test[side];
  if (status === 'missing') return [];
  const detail = side === 'baseline' ? test.baselineDetail : test.candidateDetail;
  const fails = status === 'failed' || status === 'errored';
  return [{ id: test.id, parts: test.parts, status, ...(fails && detail !== undefined ? { detail } : {}) }];
}

function countKinds(findings: readonly Finding[]): Readonly<Record<FindingKind, number>> {
  const counts = new Map<FindingKind, number>(findingKinds.map((kind) => [kind, 0]));
  for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const of = (kind: FindingKind): number => counts.get(kind) ?? 0;
  return {
    'sentinel-passed': of('sentinel-passed'),
    'must-pass-failed': of('must-pass-failed'),
    'cannot-start': of('cannot-start'),
    regressed: of('regressed'),
    'lost-coverage': of('lost-coverage'),
    infrastructure: of('infrastructure'),
    'not-comparable': of('not-comparable'),
    unconfirmed: of('unconfirmed'),
    'newly-flaky': of('newly-flaky'),
    'new-failing': of('new-failing'),
    'lost-failing': of('lost-failing'),
    'changed-failure': of('changed-failure'),
    'known-flaky': of('known-flaky'),
    'flaky-on-both': of('flaky-on-both'),
    'still-failing': of('still-failing'),
    fixed: of('fixed'),
    gained: of('gained'),
    same: of('same'),
  };
}
