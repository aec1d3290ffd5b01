import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { reportFormats, type ReportFormat } from '../../../src/model/report-format.ts';
import { readResults, type Results } from '../../../src/stages/try/results/read.ts';
import { generatedTests, render } from './generated.ts';
import { tally } from './results.ts';
import { sample, sampleNames } from './sample.ts';

/** Which reader a sample is for. */
export function formatOfSample(name: string): ReportFormat {
  if (name.endsWith('.xml')) return 'junit';
  if (name.endsWith('.tap')) return 'tap';
  return name.endsWith('.jsonl') ? 'go-test' : 'ctrf';
}

const read = (format: ReportFormat, bytes: Uint8Array): Results =>
  readResults(format, [{ path: 'x', bytes }], { mount: '/src' });

/** What a reader makes of a whole report of known tests is those tests: no more, no fewer, none of another status. */
export function assertCounts(format: ReportFormat, numRuns: number): void {
  fc.assert(
    fc.property(generatedTests, (tests) => {
      const results = read(format, Buffer.from(render(format, tests)));
      assert.deepEqual(results.report, { kind: 'complete' });
      const count = (wanted: string): number => tests.filter(({ status }) => status === wanted).length;
      const expected = {
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        errored: 0,
      };
      assert.deepEqual(tally(results), expected);
    }),
    { numRuns },
  );
}

/** A whole report that is cut anywhere is either broken, or lacks no test. */
export function assertCuts(format: ReportFormat, numRuns: number): void {
  fc.assert(
    fc.property(
      generatedTests,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tests, share) => {
        const whole = Buffer.from(render(format, tests));
        const cut = read(format, whole.subarray(0, Math.floor(whole.length * share)));
        if (cut.report.kind === 'complete') assert.equal(cut.observations.length, tests.length);
      },
    ),
    { numRuns },
  );
}

type Change =
  | { readonly kind: 'set' | 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'remove' | 'repeat'; readonly at: number; readonly length: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('set', 'insert'),
    at: fc.nat(),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc
        .constantFrom('<', '>', '"', '{', '}', '[', '\n', '\\', ' {\n', '    ', '<!--', '<![CDATA[', 'ok ')
        .map((text) => Buffer.from(text)),
    ),
  }),
  fc.record({ kind: fc.constantFrom('remove', 'repeat'), at: fc.nat(), length: fc.nat({ max: 200 }) }),
);

function apply(bytes: Buffer, made: Change): Buffer {
  const at = made.at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (made.kind) {
    case 'insert':
      return Buffer.concat([before, made.bytes, after]);
    case 'set':
      return Buffer.concat([before, made.bytes, after.subarray(made.bytes.length)]);
    case 'remove':
      return Buffer.concat([before, after.subarray(made.length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, made.length), after]);
    default:
      return made satisfies never;
  }
}

/** Real reports, damaged byte by byte or set one behind the other: always a state of the report, never an error. */
export function assertSurvives(numRuns: number): void {
  const names = [
    ...sampleNames('xml'),
    ...sampleNames('tap'),
    ...sampleNames('json'),
    ...sampleNames('jsonl'),
  ];
  const samples = names.map((name) => ({ format: formatOfSample(name), bytes: sample(name) }));
  const one = fc.constantFrom(...samples);
  const damaged = fc.tuple(one, fc.option(one), fc.array(change, { minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(damaged, fc.constantFrom(...reportFormats), ([first, second, changes], other) => {
      const joined = Buffer.concat([first.bytes, second?.bytes ?? Buffer.alloc(0)]);
      const bytes = changes.reduce(apply, joined);
      for (const format of new Set([first.format, other])) assertSound(read(format, bytes));
    }),
    { numRuns },
  );
}

export function assertSound({ observations, report }: Results): void {
  assert.ok(report.kind === 'complete' || report.why !== '');
  assert.equal(new Set(observations.map(({ id }) => id)).size, observations.length);
  for (const { parts } of observations) assert.ok(parts.name !== '');
}
