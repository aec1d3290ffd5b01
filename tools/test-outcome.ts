import * as z from 'zod';

/** How one `node:test` run ended. */
const outcome = z.object({
  passed: z.number(),
  failed: z.number(),
  /** Why each skipped test was skipped. */
  skipped: z.array(z.string()),
  /** What makes a run worthless although no test failed. */
  faults: z.array(z.string()),
});

export type TestOutcome = z.infer<typeof outcome>;

export const noTests: TestOutcome = { passed: 0, failed: 0, skipped: [], faults: [] };

export function parseOutcome(text: string): TestOutcome {
  return outcome.parse(JSON.parse(text));
}

export function addOutcomes(left: TestOutcome, right: TestOutcome): TestOutcome {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: [...left.skipped, ...right.skipped],
    faults: [...left.faults, ...right.faults],
  };
}

/** A test that `node:test` has reported. */
export interface TestReport {
  readonly name: string;
  readonly file: string;
  readonly passed: boolean;
  readonly skip: string | boolean | undefined;
  readonly todo: string | boolean | undefined;
}

/** The reason that `requirePeer` gives: the one reason for which a test may be skipped. */
const peerMissing = /^peer missing: /u;

export function judgeReport({ name, file, passed, skip, todo }: TestReport): TestOutcome {
  const fault = (text: string): TestOutcome => ({ ...noTests, faults: [`${file}: ${text}`] });
  // node:test reports a file without tests as a test that passed, by the name of the file.
  if (passed && name === file) return fault('holds no test');
  if (todo !== undefined && todo !== false) return fault(`“${name}” is left for later`);
  if (skip === undefined || skip === false)
    return { ...noTests, passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
  const reason = String(skip);
  return peerMissing.test(reason) ? { ...noTests, skipped: [reason] } : fault(`“${name}” is skipped`);
}

/** The closing lines: what was skipped for which peer, what is wrong with the run, and the counts. */
export function formatOutcome({ passed, failed, skipped, faults }: TestOutcome): string {
  const reasons = [...new Set(skipped)].toSorted();
  return [
    ...reasons.map((reason) => `${reason} (${skipped.filter((one) => one === reason).length} skipped)`),
    ...faults.map((fault) => `fault: ${fault}`),
    `${passed} passed, ${failed + faults.length} failed, ${skipped.length} skipped`,
  ].join('\n');
}
