import { unreachable } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { BisectedMove, BisectionDocument } from '../../model/bisection-document.ts';
import { shortDigests } from '../../model/digest.ts';
import { painter, type Paint } from './paint.ts';
import { safePart } from './progress-text.ts';

export interface BisectionLook {
  readonly colour: boolean;
  readonly columns: number;
}

type Culprit = BisectionDocument['culprits'][number];

/** For people: the answer first, then each culprit with its proof, then what goes in and what nobody knows. */
export function bisectionText(document: BisectionDocument, { colour, columns }: BisectionLook): string {
  const paint = painter(colour);
  const moves = new Map(document.moves.map((move) => [move.name, move]));
  const lines = [
    paint('bold', headline(document)),
    ...document.culprits.flatMap((culprit) => ['', ...culpritLines(culprit, moves, paint)]),
    '',
    ...[...restLines(document), ...apartLines(document)].flatMap((line) => wrapped(line, columns)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function headline({ end, culprits, moves, gates, undecided }: BisectionDocument): string {
  const after = `after ${plural(gates.length, 'gate')}`;
  const among = plural(moves.length, 'move');
  if (moves.length === 0) return 'Nothing moved.';
  switch (end.kind) {
    case 'base':
      return `The base is ${end.answer === 'bad' ? 'bad itself' : 'not decided itself'}: no move explains that.`;
    case 'indecisive':
      return `Gates cannot decide, whatever moves; stopped ${after}.`;
    case 'open':
    case 'budget':
      return `Not finished ${after}: ${plural(culprits.length, 'culprit')} so far among ${among}.`;
    case 'complete':
      if (culprits.length > 0) return `${plural(culprits.length, 'culprit')} among ${among}, ${after}.`;
      return undecided.length === 0
        ? `No culprit: ${moves.length === 1 ? 'the one move is good' : `all ${moves.length} moves are good together`}, ${after}.`
        : `No culprit is proven among ${among}, ${after}.`;
    default:
      return unreachable(end);
  }
}

function culpritLines(culprit: Culprit, moves: ReadonlyMap<string, BisectedMove>, paint: Paint): string[] {
  const lines = culprit.moves.flatMap((name) => {
    const move = moves.get(name);
    const from = move?.from === undefined ? '' : `, was ${shown(move.from)}`;
    const places = (move?.places ?? []).map(({ file, line }) =>
      paint('dim', `    ${safePart(file)}:${line}`),
    );
    return [`${paint('red', '✗')} ${shown(name)}${from}`, ...places.slice(0, placesMax)];
  });
  return [...lines, `  ${proof(culprit)}`];
}

// Beyond so many places, --json names them.
const placesMax = 5;

function proof({ kind, moves, leftOut, badWith }: Culprit): string {
  const others = plural(badWith.length - 1, 'other');
  if (kind === 'in company') return `bad with ${others}, good without it; not by itself`;
  const context = badWith.length > moves.length ? `; ${others} of a gate were good without it` : '';
  if (moves.length === 1) return `bad by itself${context}`;
  const stays =
    leftOut.length === moves.length ? 'they stay out' : `${leftOut.map(shown).join(', ')} stays out`;
  return `bad together, good as soon as one is missing; ${stays}`;
}

function restLines({ moves, good, undecided, mended, end, notices }: BisectionDocument): readonly string[] {
  return [
    ...(moves.length === 0 ? [] : [`Good together, by one gate: ${good.length} of ${moves.length}.`]),
    ...undecided
      .slice(0, undecidedMax)
      .map(({ move, why }) => `Not decided: ${shown(move)} (${whyWords[why]}).`),
    ...(undecided.length > undecidedMax ? [`And ${undecided.length - undecidedMax} more.`] : []),
    ...mended.map(
      (each) =>
        `Answers disagree: ${each.bad.map(shown).join(', ')}: bad, and good with ${each.good.length - each.bad.length} more. Either one of those mends what it breaks, or the gate is not steady; --repeat tells.`,
    ),
    ...(end.kind === 'open' || end.kind === 'budget'
      ? ['The same command with the same --out goes on from here.']
      : []),
    ...notices.map((notice) => `Note: ${safePart(notice)}.`),
  ];
}

const undecidedMax = 10;

const whyWords = {
  unsure: 'a gate with it could not decide',
  unconfirmed: 'bad in one gate, and not in another',
  'not reached': 'not looked at yet',
} as const;

function apartLines({ apart }: BisectionDocument): readonly string[] {
  return apart.map(
    ({ image, place, why }) =>
      `Not bisected: ${shown(image)} at ${safePart(place.file)}:${place.line} was ${why}.`,
  );
}

function shown(name: string): string {
  return safePart(shortDigests(name));
}

function wrapped(line: string, columns: number): readonly string[] {
  const [first = '', ...others] = wrapToWidth(line, Math.max(20, columns - 2));
  return [first, ...others.map((each) => `  ${each}`)];
}
