import * as fc from 'fast-check';
import type { ObservedStatus } from '../../../src/model/observation.ts';
import type { ReportFormat } from '../../../src/model/report-format.ts';

/** A test that a generated report tells of. */
export interface GeneratedTest {
  /** Names of the suites around it. */
  readonly path: readonly [string, ...string[]];
  readonly name: string;
  readonly status: Extract<ObservedStatus, 'passed' | 'failed' | 'skipped'>;
  /** What a failure says. */
  readonly text: string;
}

// Names that are few repeat; those that are strange try the escapes of each format.
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'adds # two', 'x {', '-', 'ok 1', '&lt;b&gt;', ']]>', '"', '\\', '# SKIP', '💥'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== ''),
);

export const generatedTests: fc.Arbitrary<readonly GeneratedTest[]> = fc.array(
  fc.record({
    path: fc
      .tuple(fc.constantFrom('s', 't', 'u'))
      .chain(([first]) =>
        fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }).map((rest) => [first, ...rest] as const),
      ),
    name,
    status: fc.constantFrom('passed', 'failed', 'skipped'),
    text: fc.string({ unit: 'binary', maxLength: 30 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** A report of these tests, in their order, as a runner of that format would write it. */
export function render(format: ReportFormat, tests: readonly GeneratedTest[]): string {
  switch (format) {
    case 'junit':
      return `<testsuites>${tests.map(asJunit).join('\n')}</testsuites>`;
    case 'tap':
      return `TAP version 14\n${tests.map(asTap).join('')}1..${tests.length}\n`;
    case 'ctrf':
      return JSON.stringify({ results: { summary: { tests: tests.length }, tests: tests.map(asCtrf) } });
    case 'go-test':
      return [...tests.map(asGo), goEnd(tests.some(({ status }) => status === 'failed'))].join('');
    default:
      return format satisfies never;
  }
}

function asJunit(test: GeneratedTest): string {
  const open = test.path.map((each) => `<testsuite name="${xml(each)}">`).join('');
  const inside = {
    passed: '',
    failed: `<failure message="${xml(test.text)}">${xml(test.text)}</failure>`,
    skipped: '<skipped/>',
  };
  return `${open}<testcase name="${xml(test.name)}">${inside[test.status]}</testcase>${'</testsuite>'.repeat(test.path.length)}`;
}

function xml(text: string): string {
  return text.replaceAll(/[&<>"\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code === 0 || code >= 0xd800 ? '?' : `&#${code};`;
  });
}

/** Each test in its subtests, innermost first as TAP 14 has it. */
function asTap({ path, name: told, status, text }: GeneratedTest, index: number): string {
  const directive = status === 'skipped' ? ' # SKIP not now' : '';
  const pad = (depth: number): string => '    '.repeat(depth);
  const ok = status === 'failed' ? 'not ok' : 'ok';
  const diagnostics =
    status === 'failed'
      ? `  ---\n  message: ${JSON.stringify(text)}\n  ...\n`.replaceAll(/^/gm, pad(path.length)).trimEnd() +
        '\n'
      : '';
  const lines = [
    ...path.map((each, depth) => `${pad(depth)}# Subtest: ${each}\n`),
    `${pad(path.length)}${ok} 1 - ${tap(told)}${directive}\n${diagnostics}`,
    ...path
      .map(
        (each, depth) =>
          `${pad(depth + 1)}1..1\n${pad(depth)}${ok} ${depth === 0 ? index + 1 : 1} - ${each}\n`,
      )
      .toReversed(),
  ];
  return lines.join('');
}

function tap(text: string): string {
  return text.replaceAll(/[\\#]/g, String.raw`\$&`).replaceAll(/[\r\n\u2028\u2029\0]/g, ' ');
}

function asCtrf({ path, name: told, status, text }: GeneratedTest): object {
  return { name: told, status, suite: path, message: text, extra: { nested: [1, -0.5e3, null, true, text] } };
}

function asGo({ path, name: told, status, text }: GeneratedTest, index: number): string {
  // Go numbers tests of one name by itself; `-count` repeats them, which a new `run` shows.
  const test = [...path, told, ...(index % 2 === 0 ? [] : ['again'])].join('/');
  const end = { passed: 'pass', failed: 'fail', skipped: 'skip' }[status];
  return goEvent('run', test) + goEvent('output', test, `${text}\n`) + goEvent(end, test);
}

function goEnd(hasFailed: boolean): string {
  const [word, action] = hasFailed ? ['FAIL\n', 'fail'] : ['PASS\n', 'pass'];
  return goEvent('output', undefined, word) + goEvent(action, undefined);
}

function goEvent(Action: string, Test: string | undefined, Output?: string): string {
  return `${JSON.stringify({ Time: '2026-11-21T15:00:00Z', Action, Package: 'p', Test, Output })}\n`;
}
