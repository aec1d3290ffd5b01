import { digestOf } from '../../src/model/digest.ts';
import {
  exitOfVerdict,
  type GateReport,
  type GateUnit,
  type ReportOrigin,
} from '../../src/model/gate-report.ts';
import { worstVerdict, type SuiteVerdict, type Verdict } from '../../src/model/verdict.ts';
import { hostileTests, hostileText } from './sample-hostile.ts';
import { gypTests, resolveTests, unitTests } from './sample-tests.ts';
import { sampleStart, sampleUnit, type SampleTrial } from './sample-unit.ts';

/** Reports as the gate makes them, for tests and pictures. Each is one story. */
export const sampleReports = {
  /** The candidate is as good as the baseline, though 27 tests fail on both sides. */
  promoted: (): GateReport =>
    reportOf([
      sampleUnit({
        image: 'runtime',
        suite: 'gyp',
        verdict: { kind: 'promote', sentence: '27 tests behave as in the baseline', ...promoteNext },
        tests: gypTests('same'),
        trials: screenPair(4, 6.4, 0, `${'.'.repeat(27)} [100%]\n27 passed in 0.42s\n`),
        change: addedPackage,
      }),
      sampleUnit({
        image: 'runtime',
        suite: 'resolve',
        verdict: {
          kind: 'promote',
          sentence: '290 tests behave as in the baseline; 27 tests fail on both sides, as before',
          ...promoteNext,
        },
        tests: resolveTests('bookworm'),
        trials: screenPair(17, 3.1, 1, '# tests 317\n# pass  290\n# fail  27\n'),
        change: addedPackage,
      }),
    ]),

  /** Seven files can no longer be collected, and two tests are new and fail. */
  rejected: (): GateReport =>
    reportOf([
      sampleUnit({
        image: 'runtime',
        suite: 'gyp',
        verdict: {
          kind: 'reject: regression',
          sentence: '27 tests that passed in the baseline no longer run in the candidate',
          mover: 'image author',
          next: 'mend the image, then `lockkeeper build --out DIR` and `lockkeeper gate --bundle DIR`',
        },
        tests: gypTests('lost'),
        trials: [
          preflight('baseline', 2),
          preflight('candidate', 2.7),
          {
            step: 'screen',
            side: 'baseline',
            atSeconds: 4,
            seconds: 6.4,
            status: 0,
            log: '27 passed in 0.42s\n',
          },
          ...[0, 1, 2, 3].map((round): SampleTrial => ({
            step: round === 0 ? 'screen' : 'errors',
            side: 'candidate',
            round: Math.max(1, round),
            atSeconds: 11 + (round === 0 ? 0 : round * 13.2),
            seconds: 6.1,
            status: 2,
            log: `${'E'.repeat(7)}\n!!!!! Interrupted: 7 errors during collection !!!!!\n7 errors in 0.80s\n`,
          })),
          ...[1, 2, 3].map((round): SampleTrial => ({
            step: 'errors',
            side: 'baseline',
            round,
            atSeconds: 11 + round * 13.2 - 6.6,
            seconds: 6.2,
            status: 0,
            log: '27 passed in 0.41s\n',
          })),
        ],
        change: newRelease,
      }),
      sampleUnit({
        image: 'runtime',
        suite: 'resolve',
        verdict: {
          kind: 'hold: needs approval',
          sentence: '2 tests fail in the candidate and were not there before',
          mover: 'maintainer',
          next: 'look at the two tests; if they are right to fail, approve with `lockkeeper promote DIR --approve "why"`',
        },
        tests: resolveTests('trixie'),
        trials: screenPair(59, 3.2, 1, '# tests 321\n# pass  292\n# fail  29\n'),
        change: newRelease,
      }),
    ]),

  /** Two confirmed regressions among flaky, fixed and old failures, on two platforms. */
  regressed: (): GateReport =>
    reportOf([
      sampleUnit({
        image: 'ci',
        suite: 'unit',
        verdict: {
          kind: 'reject: regression',
          sentence:
            '2 tests passed in the baseline and fail in the candidate, confirmed by 6 reruns on each side',
          mover: 'image author',
          next: 'mend the image, then `lockkeeper build --out DIR` and `lockkeeper gate --bundle DIR`',
        },
        tests: unitTests(),
        trials: [
          ...screenPair(3, 42, 1, unitLog),
          ...[1, 2, 3, 4, 5, 6].flatMap((round): readonly SampleTrial[] =>
            (['baseline', 'candidate'] as const).map((side) => ({
              step: 'confirm',
              side,
              round,
              atSeconds: 90 + round * 9 + (side === 'candidate' ? 4.5 : 0),
              seconds: 4.1,
              status: side === 'candidate' ? 1 : 0,
              only: { kinds: ['regressed'], did: side === 'candidate' ? 'failed' : 'passed' },
            })),
          ),
        ],
        change: {
          class: 'config changed',
          settings: [
            {
              setting: 'env',
              from: 'OPENSSL_CONF=/etc/ssl/openssl.cnf',
              to: 'OPENSSL_CONF=/etc/ssl/strict.cnf',
            },
            { setting: 'user', from: 'root', to: 'ci' },
          ],
          layers: { kept: 3, added: 2, removed: 2 },
        },
      }),
      sampleUnit({
        image: 'ci',
        suite: 'unit',
        platform: 'linux/arm64',
        verdict: { kind: 'promote', sentence: '231 tests behave as in the baseline', ...promoteNext },
        tests: unitTests().filter(({ kind }) => kind === 'same'),
        trials: screenPair(150, 48, 0, '231 passed, 4 skipped in 46.2s\n'),
      }),
    ]),

  /** Nothing is proven: the candidate's runs are killed, and another suite tells one bit only. */
  held: (): GateReport =>
    reportOf([
      sampleUnit({
        image: 'ci',
        suite: 'integration',
        verdict: {
          kind: 'hold: infrastructure',
          sentence: 'the run itself broke on both sides, 4 times each',
          mover: 'operator',
          next: 'give the trials more memory (gate.memory) and run `lockkeeper gate --bundle DIR` again',
        },
        tests: [
          {
            parts: { name: '(the run itself)' },
            kind: 'infrastructure',
            baseline: 'errored',
            candidate: 'errored',
            because: 'the run ended with its memory used up on both sides, 4 times each',
          },
        ],
        trials: (['baseline', 'candidate'] as const).flatMap((side): readonly SampleTrial[] =>
          [0, 1, 2, 3].map((round) => ({
            step: round === 0 ? 'screen' : 'errors',
            side,
            round: Math.max(1, round),
            atSeconds: 5 + round * 40 + (side === 'candidate' ? 20 : 0),
            seconds: 18,
            end: { kind: 'out-of-memory', bytesMax: 4_294_967_296 },
            report: { kind: 'broken', code: 'missing', why: 'no file matches out/*.xml' },
            log: 'starting postgres …\nloading fixtures …\nKilled\n',
          })),
        ),
      }),
      sampleUnit({
        image: 'ci',
        suite: 'smoke',
        oneBit: true,
        verdict: {
          kind: 'hold: no evidence',
          sentence:
            'the suite fails on both sides and tells no more than that, so that a new failure could hide behind it',
          mover: 'test author',
          next: 'let the suite write JUnit XML or TAP (suites.smoke.results)',
        },
        tests: [
          {
            parts: { name: '(the run itself)' },
            kind: 'not-comparable',
            baseline: 'failed',
            candidate: 'failed',
            because: 'exit status 1 on both sides',
          },
        ],
        trials: screenPair(180, 12, 1, 'smoke: cannot reach db:5432\n'),
      }),
    ]),

  /** The candidate does not even start; there is no second side to look at. */
  broken: (): GateReport =>
    reportOf([
      sampleUnit({
        image: 'ci',
        suite: 'unit',
        verdict: {
          kind: 'reject: regression',
          sentence: 'a no-op does not start in the candidate',
          mover: 'image author',
          next: 'fix the image so that `sh -c true` runs in it',
        },
        tests: [
          {
            parts: { name: '(the run itself)' },
            kind: 'cannot-start',
            baseline: 'passed',
            candidate: 'errored',
            because: 'a no-op starts in the baseline and does not in the candidate',
            candidateDetail: 'exec /bin/sh: exec format error',
          },
        ],
        trials: [
          preflight('baseline', 2),
          {
            step: 'preflight',
            side: 'candidate',
            atSeconds: 3,
            seconds: 0.4,
            end: { kind: 'not-started', message: 'exec /bin/sh: exec format error' },
          },
        ],
      }),
    ]),

  /** Two result files that somebody else made: suspects cannot be confirmed. */
  results: (): GateReport =>
    reportOf(
      [
        sampleUnit({
          image: 'candidate.xml',
          suite: 'results',
          verdict: {
            kind: 'hold: no evidence',
            sentence:
              '1 test passed in the baseline and fails in the candidate, and nothing can be run again',
            mover: 'test author',
            next: 'run both sides again, or use `lockkeeper gate`, which confirms suspects by itself',
          },
          tests: [
            {
              parts: { class: 'api.test_login', name: 'test_expired_token' },
              kind: 'unconfirmed',
              baseline: 'passed',
              candidate: 'failed',
              because: 'passed in the baseline and failed in the candidate, once each',
              candidateDetail: 'AssertionError: 401 != 403',
            },
            ...unitTests().filter(({ kind }) => kind === 'same'),
          ],
          trials: screenPair(0, 0, 0, ''),
        }),
      ],
      { kind: 'results', baseline: 'old/junit.xml', candidate: 'new/junit.xml' },
    ),

  /** Every text that others can write attacks the reader. */
  hostile: (): GateReport =>
    reportOf(
      [
        sampleUnit({
          image: `img${hostileText}`,
          suite: `suite${hostileText}`,
          platform: `linux/${hostileText}`,
          verdict: {
            kind: 'reject: regression',
            sentence: `1 test is lost: ${hostileText}`,
            mover: 'image author',
            next: `look at ${hostileText}`,
          },
          tests: hostileTests(),
          trials: [
            {
              step: 'screen',
              side: 'baseline',
              atSeconds: 1,
              seconds: 2,
              report: { kind: 'broken', code: 'malformed', why: hostileText },
              log: hostileText,
            },
            {
              step: 'screen',
              side: 'candidate',
              atSeconds: 4,
              seconds: 2,
              end: { kind: 'engine-error', message: hostileText },
              log: hostileText,
            },
            { step: 'errors', side: 'candidate', atSeconds: 7, seconds: 1, log: hostileText },
          ],
          change: {
            class: 'config changed',
            settings: [{ setting: 'env', from: hostileText, to: hostileText }],
            layers: { kept: 0, added: 1, removed: 1 },
          },
        }),
      ],
      {
        kind: 'bundle',
        path: `out/${hostileText}`,
        engine: `docker ${hostileText}`,
        source: { commit: undefined, tree: undefined, dirty: true },
      },
    ),
} as const;

export type SampleName = keyof typeof sampleReports;

const promoteNext = { mover: 'nobody', next: '`lockkeeper promote DIR`' } as const;

const unitLog = [
  'tests/test_tls.py::TestHandshake::test_negotiates_tls_1_0 SKIPPED',
  'tests/test_tls.py::TestHandshake::test_negotiates_tls_1_1',
  'tests/test_tls.py::TestHandshake::test_negotiates_tls_1_2 PASSED',
  '6 failed, 231 passed, 4 skipped in 40.9s',
  '',
].join('\n');

const addedPackage = {
  class: 'files changed',
  settings: [],
  layers: { kept: 1, added: 2, removed: 1 },
} as const;

const newRelease = {
  class: 'files changed',
  settings: [{ setting: 'env', from: 'DEBIAN_RELEASE=bookworm', to: 'DEBIAN_RELEASE=trixie' }],
  layers: { kept: 0, added: 2, removed: 2 },
} as const;

function preflight(side: 'baseline' | 'candidate', atSeconds: number): SampleTrial {
  return { step: 'preflight', side, atSeconds, seconds: 0.6 };
}

function screenPair(atSeconds: number, seconds: number, status: number, log: string): readonly SampleTrial[] {
  return [
    ...(seconds === 0
      ? []
      : [preflight('baseline', atSeconds - 1.6), preflight('candidate', atSeconds - 0.8)]),
    { step: 'screen', side: 'baseline', atSeconds, seconds, status, log },
    {
      step: 'screen',
      side: 'candidate',
      atSeconds: atSeconds + seconds + 0.3,
      seconds: seconds * 0.97,
      status,
      log,
    },
  ];
}

const bundleOrigin: ReportOrigin = {
  kind: 'bundle',
  path: 'out/bundle',
  engine: 'docker 28.5.1 (runc 1.3.2)',
  source: { commit: '7e89ae6714c256608cd1a9525020db51f9aadad6', tree: digestOf('tree'), dirty: false },
};

function reportOf(units: readonly GateUnit[], origin: ReportOrigin = bundleOrigin): GateReport {
  const verdicts = units.map(({ verdict }) => verdict);
  const verdict = worst(verdicts);
  const images = [...new Set(units.map(({ evidence }) => evidence.image))];
  const last = units
    .flatMap(({ evidence }) => evidence.trials)
    .reduce((end, { startedAt, durationMs }) => Math.max(end, Date.parse(startedAt) + durationMs), 0);
  return {
    schemaVersion: 1,
    createdAt: new Date(sampleStart).toISOString(),
    durationMs: last - sampleStart,
    madeBy: 'lockkeeper 0.1.0',
    origin,
    verdict: {
      verdict,
      members: images.map((image) => {
        const own = verdicts.filter((each) => each.image === image);
        return {
          image,
          baselineReference:
            origin.kind === 'bundle' ? `registry.example.org/team/${image}:stable` : origin.baseline,
          baseline: digestOf(`baseline ${image}`),
          candidate: digestOf(`candidate ${image}`),
          verdict: worst(own),
          suites: own,
        };
      }),
    },
    exit: exitOfVerdict(verdict.kind),
    units,
    notices: [],
  };
}

/** As the judge says it: the worst suite's sentence with its name in front; good news is put together. */
function worst(suites: readonly SuiteVerdict[]): Verdict {
  const found = worstVerdict(suites.map(({ verdict }) => verdict));
  const deciding = suites.find(({ verdict }) => verdict === found);
  if (found === undefined || deciding === undefined) throw new Error('a sample needs a unit');
  const isGood = found.kind === 'promote' && suites.length > 1;
  return {
    ...found,
    sentence: isGood
      ? `the candidate holds up in all ${suites.length} suites`
      : `${deciding.suite}: ${found.sentence}`,
  };
}
