import { formatTable, type Cell } from '../../base/table.ts';
import { clip, inert, plural, safeLine, visible } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { BranchOutcome } from '../../flows/update/put-branch.ts';
import type { ReportedUnit, UpdateReport } from '../../flows/update/report.ts';
import { describeHold } from '../../model/hold.ts';
import { shortName } from '../../model/reference.ts';
import type { Paint } from '../print/paint.ts';
import { placedLines } from '../print/placed-lines.ts';
import { changeText, countsText, moveText, nameText, verdictText } from './words.ts';

export interface UpdatePrinting {
  readonly paint: Paint;
  readonly columns: number;
}

/** For a terminal: what is broken now, what goes in, what stays back and why, and what became of the branch. */
export function updateText(report: UpdateReport, { paint, columns }: UpdatePrinting): string {
  const of = (kind: ReportedUnit['state']['kind']): readonly ReportedUnit[] =>
    report.units.filter(({ state }) => state.kind === kind);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint('bold', title), ...lines, ''];
  const going = of('goes in');
  return [
    ...section(
      paint('red', `${safeLine(report.base.branch ?? 'The base')} is broken now`),
      brokenLines(report, columns),
    ),
    ...section(
      'goes in',
      formatTable([{}, {}, { shrinks: true }, { shrinks: true }], going.flatMap(rowsOf), columns),
    ),
    ...section(
      'checks',
      report.outside.flatMap(({ text, url }) =>
        wrapToWidth(safeLine(url === undefined ? text : `${text}: ${url}`), columns - 2).map(
          (line) => `  ${line}`,
        ),
      ),
    ),
    ...section(
      'held back',
      report.held.flatMap(({ name, hold }) =>
        placedLines([{ place: shortName(name), text: describeHold(hold) }], columns),
      ),
    ),
    ...section(
      'not in yet',
      [...of('waits'), ...of('left out'), ...of('not written')].flatMap((unit) =>
        stayingLines(unit, columns),
      ),
    ),
    ...section('not looked at', [
      ...new Set(report.unanswered.map(({ message }) => `  ${safeLine(message)}`)),
    ]),
    ...report.notices.map(safeLine),
    going.length === 0 ? 'Nothing moves.' : `${countsText(going)}.`,
    '',
  ].join('\n');
}

function brokenLines({ dead }: UpdateReport, columns: number): readonly string[] {
  return placedLines(
    dead.map(({ finding, mended }) => ({
      place: finding.mention === undefined ? finding.file : `${finding.file}:${finding.mention.place.line}`,
      text: `${finding.message}${mended ? '; mended by this update' : '; a person has to name another tag'}`,
    })),
    columns,
  );
}

function rowsOf({ moves }: ReportedUnit): readonly (readonly Cell[])[] {
  return moves.map((move) => [
    `  ${safeLine(nameText(move))}`,
    moveText(move),
    safeLine(changeText(move.change)),
    safeLine(verdictText(move)),
  ]);
}

function stayingLines({ moves, state }: ReportedUnit, columns: number): readonly string[] {
  const why =
    state.kind === 'not written' ? state.failure.message : state.kind === 'goes in' ? '' : state.why;
  const until = state.kind === 'held back' ? ` Held until ${state.until}.` : '';
  const place = moves.map((move) => `${nameText(move)} ${moveText(move)}`).join(', ');
  return placedLines([{ place, text: `${why}${until}` }], columns);
}

/** What became of the branch, in a sentence. */
export function branchText(outcome: BranchOutcome, branch: string): string {
  switch (outcome.kind) {
    case 'put':
      return `${branch} holds it now: ${outcome.commit.slice(0, 12)}.`;
    case 'stands':
      return `${branch} holds it already: ${outcome.commit.slice(0, 12)}.`;
    case 'nothing':
      return 'There is nothing to do.';
    case 'removed':
      return `There is nothing left to do, and ${branch} was taken away.`;
    case 'left':
      return safeLine(outcome.why);
    case 'unsure':
      return `${branch} stays as it is: a registry told nothing of an image on it.`;
    case 'busy':
      return `Somebody else is at it: ${branch} was moved meanwhile.`;
  }
}

/** A patch for a terminal or a log: nothing in it acts there. */
export function patchText(patch: Uint8Array): string {
  const text = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength).toString();
  const shown = inert(visible(clip(text, patchCharsMax)));
  return text.length > patchCharsMax
    ? `${shown}\n(the patch is ${plural(text.length, 'character')} long; --patch FILE writes all of it)\n`
    : shown;
}

// A screen that nobody scrolls through; the file holds all.
const patchCharsMax = 200_000;
