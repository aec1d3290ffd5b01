import assert from 'node:assert/strict';
import process from 'node:process';
import type { Trial, TrialRequest } from '../../src/model/trial.ts';
import { asTestId, type Observation } from '../../src/model/observation.ts';
import { conclude, nextTrials } from '../../src/stages/judge/judge.ts';
import { drive, makeEvidence, makeTrial } from '../support/judge-evidence.ts';
import { median, type Figure } from './measure.ts';

const tests = 100_000;
const rounds = 3;

/**
 * What the judge itself takes over a large suite, from the first question to the verdict, reports and containers left
 * aside; and how often it lets a clean suite run.
 */
export function judgeStage(): Promise<readonly Figure[]> {
  return Promise.resolve([...[1000, 46, 0].map(ofSuspects), cleanRuns(false), cleanRuns(true)]);
}

/** A thousand suspects are confirmed by whole runs, forty-six by themselves: the most that Holm can convict. */
function ofSuspects(suspects: number): Figure {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) times.push(judgeOnce(suspects));
  // The first round warms the compiler up.
  const seconds = median(times.slice(1));
  return {
    claim: `judging 2 × ${tests.toLocaleString('en')} observations, ${suspects.toLocaleString('en')} suspects`,
    measured: `${seconds.toFixed(2)} s`,
    peer: '',
    value: seconds,
    limit: 2,
    unit: 's',
  };
}

/** Seconds of the processor, over all questions of the judge and the verdict; what else the machine does is left aside. */
function judgeOnce(suspects: number): number {
  const names = Array.from(
    { length: tests },
    (_, index) => `tests/module_${index % 500} › test_number_${index}`,
  );
  const observe = (bad: number): readonly Observation[] =>
    names.map((name, index) => ({
      id: asTestId(name),
      parts: { name },
      status: index < bad ? 'failed' : 'passed',
    }));
  const sides = { baseline: observe(0), candidate: observe(suspects) };
  let evidence = makeEvidence();
  let taken = 0;
  const timed = <Result>(work: () => Result): Result => {
    const started = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(started);
    taken += (user + system) / 1e6;
    return result;
  };
  const run = (request: TrialRequest): Trial => {
    const only = request.only === undefined ? undefined : new Set(request.only);
    const observations = sides[request.side].filter(({ id }) => only === undefined || only.has(id));
    const isBad = observations.some(({ status }) => status === 'failed');
    const end = { kind: 'exited', status: isBad ? 1 : 0 } as const;
    return { ...makeTrial(request, evidence, {}), observations, end };
  };
  for (;;) {
    const begun = evidence;
    const asked = timed(() => nextTrials([begun], { canRerun: true })).flatMap(({ requests }) => requests);
    if (asked.length === 0) break;
    evidence = { ...begun, trials: [...begun.trials, ...asked.map(run)] };
  }
  const [verdict] = timed(() => conclude([evidence], { canRerun: true }));
  assert.equal(verdict?.counts.regressed, suspects);
  return taken;
}

function cleanRuns(isRemembered: boolean): Figure {
  const evidence = makeEvidence();
  const results = { a: 'passed', b: 'passed' } as const;
  const request = { step: 'screen', side: 'baseline', round: 1, only: undefined } as const;
  const before = { ...makeTrial(request, evidence, { results }), reused: true };
  const begun = { ...evidence, trials: isRemembered ? [before] : [] };
  const [verdict] = drive([begun], () => ({ results })).suites;
  assert.equal(verdict?.verdict.kind, 'promote');
  return {
    claim: `runs of a clean suite${isRemembered ? ', the baseline remembered' : ''}`,
    measured: String(verdict.trials),
    peer: '',
    value: verdict.trials,
    limit: isRemembered ? 1 : 2,
    unit: 'runs',
  };
}
