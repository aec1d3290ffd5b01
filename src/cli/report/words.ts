import { unreachable } from '../../base/invariant.ts';
import { durationText } from '../../base/quantity.ts';
import { clip, plural, visibleLine } from '../../base/text.ts';
import { isDigest, shortDigest } from '../../model/digest.ts';
import type { ReportDocument, ReportSuite, ReportTrial } from '../../model/report-document.ts';
import { reportLimits } from './report-limits.ts';

type Verdict = ReportDocument['verdict'];

export type Mood = 'promote' | 'hold' | 'reject';

export function moodOf({ kind }: Pick<Verdict, 'kind'>): Mood {
  if (kind.startsWith('promote')) return 'promote';
  return kind.startsWith('hold') ? 'hold' : 'reject';
}

/** `nobody has to act`, `the image author’s move`. */
export function moveOf({ mover }: Pick<Verdict, 'mover'>): string {
  return mover === 'nobody' ? 'nobody has to act' : `the ${mover}’s move`;
}

export interface Words {
  readonly text: string;
  /** A command or a key of the config, to be shown as it is typed. */
  readonly isCode: boolean;
}

/** What changes the verdict; commands stand between backticks, or alone. Foreign text may be in it. */
export function nextWords({ verdict: { next } }: ReportDocument): readonly Words[] {
  const parts = next.split('`');
  if (parts.length % 2 === 0) return [{ text: next, isCode: false }];
  return parts
    .map((text, index) => ({ text, isCode: index % 2 === 1 || text.startsWith('lockkeeper ') }))
    .filter(({ text }) => text.trim() !== '');
}

/** The verdict on a set repeats the sentence of the suite that decided it, with names in front. */
export function isRepeated(sentence: string, { verdict }: ReportDocument): boolean {
  return verdict.sentence.endsWith(sentence);
}

/** What an image has to say that neither the set nor its suites say, as when one of its platforms is gone. */
export function ownSentence(
  member: ReportDocument['members'][number],
  report: ReportDocument,
): string | undefined {
  const { kind, sentence } = member.verdict;
  const suites = report.suites.filter(({ image }) => image === member.image);
  const said =
    isRepeated(sentence, report) || suites.some(({ verdict }) => sentence.endsWith(verdict.sentence));
  return said || kind.startsWith('promote') ? undefined : `${kind}: ${sentence}`;
}

/** Where a suite was run: nowhere that has a name, if the results were there already. */
export function placeOf({ image, platform }: ReportSuite, { origin }: ReportDocument): string | undefined {
  return origin.kind === 'results' ? undefined : `${line(image, 60)}, ${line(platform, 60)}`;
}

/** The verdict's sentence; one that begins with the name of an image or a suite keeps its first letter. */
export function leadOf({ verdict, members, suites }: ReportDocument): string {
  const names = [...members.map(({ image }) => image), ...suites.map(({ suite }) => suite)];
  const isNamed = names.some(
    (name) => verdict.sentence.startsWith(`${name}: `) || verdict.sentence.startsWith(`${name} on `),
  );
  return isNamed ? withStop(verdict.sentence) : asSentence(verdict.sentence);
}

/** A sentence as people write it: a capital first, a full stop last. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return withStop(capital);
}

function withStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Text of others, on one line and cut to what a line holds. */
export function line(text: string, charsMax: number = reportLimits.lineCharsMax): string {
  return clip(visibleLine(clip(text, 2 * charsMax)), charsMax);
}

/** A test's name on a line; some have none, or one that cannot be seen. */
export function testText(test: string, charsMax?: number): string {
  return line(test, charsMax).trim() || '(no name)';
}

/** Twelve hexadecimal digits, as people recognise images by; `none` where there is no image. */
export function digestText(digest: string | undefined): string {
  if (digest === undefined) return 'none';
  return isDigest(digest) ? shortDigest(digest) : line(digest, 40);
}

/** What differs between the two images; undefined: not known. */
export function changeText(change: ReportSuite['change']): string | undefined {
  if (change === undefined) return undefined;
  const { kept, added, removed } = change.layers;
  const layers = `${plural(kept, 'layer')} kept, ${added} added, ${removed} removed`;
  const settings = change.settings.map(({ setting, from, to }) => settingText(setting, from, to));
  return [change.class, layers, ...contentsText(change), ...settings].join(' · ');
}

/** Packages and files, where the layers were read. */
export function contentsText({
  packages,
  packagesLeftOut = 0,
  files,
}: NonNullable<ReportSuite['change']>): readonly string[] {
  if (packages === undefined || files === undefined) return [];
  const moved = packages.length + packagesLeftOut;
  return [
    moved === 0 ? 'the same packages' : `${plural(moved, 'package')} changed`,
    files.differ === 0 ? 'the same files' : plural(files.differ, 'file differs', 'files differ'),
  ];
}

function settingText(setting: string, from: string, to: string): string {
  const say = (text: string): string => (text === '' ? '(none)' : line(text, 80));
  return `${line(setting, 20)}: ${say(from)} → ${say(to)}`;
}

/** How a run ended and what its report is worth; `complete` where there is nothing to say. */
export function endText({ end, broken }: Pick<ReportTrial, 'end' | 'broken'>): string {
  const report = broken === undefined ? '' : `, ${line(broken, 160)}`;
  switch (end.kind) {
    case 'exited':
      return `exit status ${end.status}${report}`;
    case 'not-started':
      return `not started: ${line(end.message, 160)}`;
    case 'timed-out':
      return `timed out after ${durationText(end.afterMs)}${report}`;
    case 'out-of-memory':
      return `memory used up${report}`;
    case 'out-of-disk':
      return `disk space used up${report}`;
    case 'engine-error':
      return `engine error: ${line(end.message, 160)}`;
    default:
      return unreachable(end);
  }
}

/** What a test did on one side, where it says nothing itself. */
export function statusText(status: string): string {
  return status === 'missing' ? 'not there' : status;
}

/** `12 passed, 1 failed`; `no tests` where the run saw none. */
export function countsText(counts: ReportTrial['counts']): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.length === 0 ? 'no tests' : parts.map(([status, count]) => `${count} ${status}`).join(', ');
}

/** Where the observations come from, in one line. */
export function originText({ origin, durationMs, madeBy }: ReportDocument): string {
  if (origin.kind === 'results') return `${line(madeBy, 60)} · results that were there already`;
  const { commit, dirty } = origin.source;
  const source =
    commit === undefined
      ? 'outside of git'
      : `commit ${line(commit, 12).replace('…', '')}${dirty ? ', changed' : ''}`;
  return [line(madeBy, 60), line(origin.engine, 100), source, durationText(durationMs)].join(' · ');
}
