import { plural } from '../../base/text.ts';
import type { ReportedMove, ReportedUnit, UpdateReport } from '../../flows/update/report.ts';
import { describeHold } from '../../model/hold.ts';
import { shortName } from '../../model/reference.ts';
import { shownPackage } from '../change/shown-package.ts';
import { byWeight, packageCounts, versionsText } from '../change/words.ts';
import { codeSpan, details, htmlCode, markdownText, quietSpan } from '../report/markdown-text.ts';
import { changeText, countsText, moveText, nameText, packagesOf, verdictText } from './words.ts';

// A table of more rows than this is no easier to read than lines.
const tableRowsMax = 100;
const packagesMax = 60;

/**
 * The part of a pull request's body that is ours: what a maintainer decides on, the worst first. All text from outside is
 * escaped. Where it would be too long, packages go first, then the columns of the table, then the names of good moves;
 * what is broken, held back or unsure is always there as far as it fits.
 */
export function updateBody(report: UpdateReport, charsMax: number): string {
  const head = [
    ...brokenLines(report),
    summary(report),
    ...outsideLines(report),
    ...heldLines(report),
    ...waitingLines(report),
  ];
  const tail = [...unansweredLines(report), ...noticeLines(report)];
  const forms = [
    (): readonly string[] => [...tableLines(report), ...packageLines(report)],
    (): readonly string[] => tableLines(report),
    (): readonly string[] => plainLines(report),
  ];
  for (const form of forms) {
    const text = joined([...head, ...form(), ...tail]);
    if (text.length <= charsMax) return text;
  }
  return cut([...head, ...plainLines(report), ...tail], charsMax);
}

function joined(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Blocks from the front, as many as fit, and a word on the rest. */
function cut(blocks: readonly string[], charsMax: number): string {
  const rest = '*The rest is left out for length; `lockkeeper update --dry-run` prints all of it.*';
  const kept: string[] = [];
  let left = charsMax - rest.length - 3;
  for (const line of blocks.flatMap((block) => (block.length > left ? block.split('\n') : [block]))) {
    if (line.length + 2 > left) break;
    kept.push(line);
    left -= line.length + 2;
  }
  return joined([...kept, rest]);
}

function summary({ units, base }: UpdateReport): string {
  const going = units.filter(({ state }) => state.kind === 'goes in');
  const upon = base.branch === undefined ? '' : ` Made upon ${quietSpan(base.branch, 100)}.`;
  return going.length === 0
    ? `No image moves.${upon}`
    : `${countsText(going)} to what ${going.length === 1 ? 'its tag stands' : 'their tags stand'} for now.${upon}`;
}

function brokenLines({ dead, base }: UpdateReport): readonly string[] {
  if (dead.length === 0) return [];
  const where = base.branch === undefined ? 'The base' : quietSpan(base.branch, 100);
  const lines = dead.map(({ finding, mended }) => {
    const place =
      finding.mention === undefined ? finding.file : `${finding.file}:${finding.mention.place.line}`;
    return `- ${quietSpan(place, 160)}: ${markdownText(finding.message, 400)}${mended ? ' **Mended here.**' : ' **Not mended: a person has to name another tag.**'}`;
  });
  return [[`### ${where} is broken now`, '', ...lines].join('\n')];
}

function outsideLines({ outside }: UpdateReport): readonly string[] {
  const lines = outside.map(({ text, url }) => {
    const link = url !== undefined && isPlainLink(url) ? ` (<${url}>)` : '';
    return `- ${markdownText(text, 400)}${link}`;
  });
  return lines.length === 0 ? [] : [['### Checks', '', ...lines].join('\n')];
}

/** Nothing in it ends an autolink. */
function isPlainLink(url: string): boolean {
  return /^https:\/\/[\w.:/?#&=%~+,;@-]{1,500}$/.test(url);
}

function heldLines({ held }: UpdateReport): readonly string[] {
  const lines = held.map(
    ({ name, hold }) => `- ${codeSpan(shortName(name), 160)}: ${markdownText(describeHold(hold), 600)}`,
  );
  return lines.length === 0 ? [] : [['### Held back', '', ...lines].join('\n')];
}

function waitingLines({ units }: UpdateReport): readonly string[] {
  const lines = units.flatMap((unit) => {
    if (unit.state.kind === 'waits' || unit.state.kind === 'left out')
      return [`- ${namesOf(unit)}: ${markdownText(unit.state.why, 600)}`];
    if (unit.state.kind === 'not written')
      return [`- ${namesOf(unit)}: ${markdownText(unit.state.failure.message, 600)}`];
    return [];
  });
  return lines.length === 0 ? [] : [['### Not in yet', '', ...lines].join('\n')];
}

function unansweredLines({ unanswered }: UpdateReport): readonly string[] {
  if (unanswered.length === 0) return [];
  const messages = [...new Set(unanswered.map(({ message }) => message))];
  return [
    ['### Not looked at', '', ...messages.map((message) => `- ${markdownText(message, 400)}`)].join('\n'),
  ];
}

function noticeLines({ notices }: UpdateReport): readonly string[] {
  return notices.map((notice) => markdownText(notice, 600));
}

function tableLines({ units }: UpdateReport): readonly string[] {
  const moves = goingMoves(units);
  if (moves.length === 0) return [];
  if (moves.length > tableRowsMax) return plainLines({ units });
  const rows = moves.map((move) =>
    [nameText(move), moveText(move), changeText(move.change), verdictText(move)]
      .map((cell) => htmlCode(cell, 200))
      .join(' | '),
  );
  const head = ['| image | digests | change | verdict |', '| --- | --- | --- | --- |'];
  return [[...head, ...rows.map((row) => `| ${row} |`)].join('\n')];
}

function plainLines({ units }: Pick<UpdateReport, 'units'>): readonly string[] {
  const lines = goingMoves(units).map(
    (move) =>
      `- ${codeSpan(nameText(move), 120)} ${moveText(move)}: ${markdownText(changeText(move.change), 80)}; ${markdownText(verdictText(move), 60)}`,
  );
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function packageLines({ units }: UpdateReport): readonly string[] {
  return goingMoves(units).flatMap((move) => {
    const packages = byWeight(packagesOf(move.change).map(shownPackage));
    if (packages.length === 0) return [];
    const lines = packages
      .slice(0, packagesMax)
      .map((each) => `- ${each.kind} ${quietSpan(each.name, 100)} ${quietSpan(versionsText(each), 100)}`);
    const rest = packages.length - lines.length;
    const more = rest > 0 ? [`- and ${plural(rest, 'more package')}`] : [];
    return [
      details(`${htmlCode(nameText(move), 160)}: ${packageCounts(packages)}`, [...lines, ...more].join('\n')),
    ];
  });
}

function goingMoves(units: readonly ReportedUnit[]): readonly ReportedMove[] {
  return units.filter(({ state }) => state.kind === 'goes in').flatMap(({ moves }) => moves);
}

function namesOf({ moves }: ReportedUnit): string {
  return moves.map((move) => `${codeSpan(nameText(move), 160)} ${moveText(move)}`).join(', ');
}
