import { safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { ParityKind } from '../../model/parity-answer.ts';
import type { JudgedPin, ParityReport } from '../../model/parity-report.ts';
import type { Paint, Style } from '../print/paint.ts';
import { placedLines } from '../print/placed-lines.ts';
import { answerText, disagreementText, pinText, remedyText, summaryText } from './words.ts';

export interface ParityPrinting {
  readonly paint: Paint;
  readonly columns: number;
}

const styles: Readonly<Record<ParityKind, Style>> = {
  supported: 'green',
  unsupported: ['bold', 'red'],
  ignored: ['bold', 'red'],
  unknown: 'yellow',
};

/** Each pin with an answer for each channel below it, what disagrees, what was not read, and how many count. */
export function parityText(report: ParityReport, printing: ParityPrinting): string {
  const { paint, columns } = printing;
  const failed = report.failed.map(({ name, failure }) => {
    const wholly = report.channels.some((each) => each.name === name) ? ' wholly' : '';
    return safeLine(`${name} was not${wholly} looked at: ${failure.message}`);
  });
  const disagree = report.disagreements.map((each) => ({
    place: `${each.pin.place.file}:${each.pin.place.line}:${each.pin.place.column}`,
    text: disagreementText(each),
  }));
  const unread = report.unread.map(({ file, line, column, why }) => ({
    place: `${file}:${line}:${column}`,
    text: why,
  }));
  const group = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint(['bold', 'yellow'], title), ...lines, ''];
  return [
    ...report.pins.flatMap((pin) => [...pinLines(pin, printing), '']),
    ...group('Files that disagree', placedLines(disagree, columns)),
    ...group('Not read', placedLines(unread, columns)),
    ...group(
      'Channels without an answer',
      failed.map((line) => `  ${line}`),
    ),
    summaryText(report),
    '',
  ].join('\n');
}

function pinLines(
  { pin, answers, remedy }: JudgedPin,
  { paint, columns }: ParityPrinting,
): readonly string[] {
  const { file, line, column } = pin.place;
  const widest = Math.max(...answers.map(({ channel }) => channel.length));
  const head = `${paint('bold', safeLine(`${file}:${line}:${column}`))}  ${safeLine(pinText(pin))}`;
  const told = answers.flatMap(({ channel, answer }) => {
    const label = `  ${safeLine(channel).padEnd(widest)}  `;
    const kind = answer.kind;
    const indent = label.length + kindColumns;
    const [first = '', ...rest] = wrapToWidth(safeLine(answerText(answer)), Math.max(30, columns - indent));
    return [
      `${label}${paint(styles[answer.kind], kind)}${' '.repeat(kindColumns - kind.length)}${first}`,
      ...rest.map((text) => `${' '.repeat(indent)}${text}`),
    ];
  });
  const what = remedy === undefined ? '' : remedyText(remedy);
  const advice = what === '' ? [] : wrapToWidth(safeLine(what), Math.max(30, columns - 4));
  return [head, ...told, ...advice.map((text, at) => paint('cyan', `${at === 0 ? '  → ' : '    '}${text}`))];
}

const kindColumns = 'unsupported'.length + 2;
