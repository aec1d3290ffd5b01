import { durationText, sizeText } from '../../base/quantity.ts';
import { shellWord } from '../../base/shell-word.ts';
import { inert, plural, safeLine, visible } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import { shortDigest, isDigest } from '../../model/digest.ts';
import type { TriedSuite } from '../../model/tried-suite.ts';
import { endText } from '../report/words.ts';
import { painter, type Paint, type Style } from './paint.ts';

export interface TriedLook {
  readonly colour: boolean;
  readonly columns: number;
}

type TriedTest = TriedSuite['tests'][number];

/** For people: how it went first, then what failed, then all that the run wrote, then how to look around. */
export function triedText(tried: TriedSuite, { colour, columns }: TriedLook): string {
  const paint = painter(colour);
  const [sign, style]: readonly [string, Style] = tried.exit === 0 ? ['✓', 'green'] : ['✗', 'red'];
  const { suite, image, platform, side, digest } = tried;
  const what = `${safeLine(suite)} on ${safeLine(image)} (${safeLine(platform)}), ${side} ${digestText(digest)}`;
  const lines = [
    paint('bold', `${paint(style, sign)} ${what}`),
    ...wrapToWidth(resultText(tried), columns - 2).map((each) => `  ${each}`),
    '',
    ...(tried.whole ? ['Ran the whole suite:'] : ['Ran:']),
    `  ${commandText(tried.command)}`,
    ...testLines(tried, paint),
    ...outputLines(tried.output, paint),
    '',
    'The image stays in the engine. To look around in it:',
    `  ${tried.engine} run --rm --interactive --tty --entrypoint sh ${tried.imageId}`,
  ];
  return `${lines.map((each) => each.trimEnd()).join('\n')}\n`;
}

/** A shell line as it stands in lockkeeper.yaml. */
function commandText(command: readonly string[]): string {
  const [program, option, line, ...more] = command;
  const isShell = program === 'sh' && option === '-c' && line !== undefined && more.length === 0;
  return safeLine(isShell ? line : command.map(shellWord).join(' '));
}

function resultText({ tests, end, broken, durationMs }: TriedSuite): string {
  const counts = [...Map.groupBy(tests, ({ status }) => status)].map(
    ([status, all]) => `${all.length} ${status === 'missing' ? 'not seen' : status}`,
  );
  const seen = counts.length === 0 ? 'no test seen' : counts.join(', ');
  const ended = endText({ end, ...(broken === undefined ? {} : { broken }) });
  return `${seen}; ${inert(ended)}; ${durationText(durationMs)}`;
}

function testLines({ tests }: TriedSuite, paint: Paint): readonly string[] {
  const told = tests.filter(({ status }) => status !== 'passed' && status !== 'skipped');
  const shown = told.slice(0, testsMax);
  const rest = told.length - shown.length;
  return [
    ...shown.flatMap((test) => ['', ...testText(test, paint)]),
    ...(rest === 0 ? [] : ['', `and ${plural(rest, 'test')} more (--json names them)`]),
  ];
}

// A run that fails altogether says the same of each test.
const testsMax = 50;

function testText({ test, status, detail }: TriedTest, paint: Paint): readonly string[] {
  const said = status === 'missing' ? 'the run did not show it' : status;
  return [
    `${paint('bold', safeLine(test))}: ${paint('red', said)}`,
    ...(detail === undefined ? [] : quoted(detail, paint)),
  ];
}

function outputLines(
  { bytes, head, tail, omittedBytes }: TriedSuite['output'],
  paint: Paint,
): readonly string[] {
  if (bytes === 0) return ['', 'The run wrote nothing.'];
  const gap = omittedBytes === 0 ? [] : [`  ${paint('dim', `… ${sizeText(omittedBytes)} left out`)}`];
  return [
    '',
    `What the run wrote (${sizeText(bytes)}):`,
    ...quoted(head, paint),
    ...gap,
    ...(tail === '' ? [] : quoted(tail, paint)),
  ];
}

/** Foreign lines behind a bar, so that nobody takes them for ours. */
function quoted(text: string, paint: Paint): readonly string[] {
  const bar = `  ${paint('dim', '│')} `;
  return visible(text)
    .trimEnd()
    .split('\n')
    .map((each) => bar + inert(each));
}

function digestText(digest: string): string {
  return isDigest(digest) ? shortDigest(digest) : safeLine(digest);
}
