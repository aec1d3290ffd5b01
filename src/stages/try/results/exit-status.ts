import { asTestId, type Observation } from '../../../model/observation.ts';
import type { ReportState, TrialEnd } from '../../../model/trial.ts';
import type { Results } from './read.ts';

/**
 * The whole run as one test, passed at status 0 and failed at any other. A run that something ended from outside has no
 * status: neither a time-out nor a signal is the command's own word.
 */
export function readExitStatus(end: TrialEnd): Results {
  if (end.kind !== 'exited')
    return { observations: [], report: endedEarly('the command did not come to its own end') };
  const { status } = end;
  if (status > signalsFrom && status <= signalsFrom + signalsMax) {
    return { observations: [], report: endedEarly(`signal ${status - signalsFrom} ended the command`) };
  }
  return { observations: [observe(status)], report: { kind: 'complete' } };
}

// Shells and engines report the end by signal n as 128 + n; there are 31 signals, and 64 with those for real time.
const signalsFrom = 128;
const signalsMax = 64;

const name = 'exit status';

function observe(status: number): Observation {
  const test = { id: asTestId(name), parts: { name } };
  if (status === 0) return { ...test, status: 'passed' };
  return {
    ...test,
    status: 'failed',
    signature: `status ${status}`,
    detail: `the command ended with status ${status}`,
  };
}

function endedEarly(why: string): ReportState {
  return { kind: 'broken', code: 'ended-early', why };
}
