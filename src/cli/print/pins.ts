import { failureDocument } from './failure.ts';
import { displayWidth } from '../../base/display-width.ts';
import { plural, safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { PinOutcome } from '../../flows/pin.ts';
import type { UnpinOutcome } from '../../flows/unpin.ts';
import { shortDigest, type Digest } from '../../model/digest.ts';
import type { Mention } from '../../model/mention.ts';
import type { FileOutcome, Pin } from '../../model/pin.ts';
import { stayReasons, type PinDecision, type PlanEntry, type StayReason } from '../../model/plan.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import type { Paint } from './paint.ts';
import { placedLines, type PlacedText } from './placed-lines.ts';

export interface PinPrinting {
  readonly paint: Paint;
  readonly columns: number;
}

/** What was written, or would be, name by name; then what stays although somebody may have wanted it otherwise. */
export function pinText({ plan, files }: PinOutcome, printing: PinPrinting): string {
  const kept = plan.entries.filter(({ decision }) => decision.kind === 'stay' && !isQuiet(decision.why));
  const quiet = plan.entries.flatMap(({ decision }) => (decision.kind === 'stay' ? [decision.why] : []));
  return [
    ...filesText(files, printing),
    ...section('stays as it is', kept.map(stayLine), printing),
    `${summary(files)}${quietText(quiet)}`,
    '',
  ].join('\n');
}

export function unpinText({ files, kept }: UnpinOutcome, printing: PinPrinting): string {
  const lines = kept.map(({ mention, why }) => staying(mention, why));
  return [
    ...filesText(files, printing),
    ...section('keeps its digest', lines, printing),
    summary(files),
    '',
  ].join('\n');
}

/** What was written, or would be, name by name. */
export function changedFilesText(files: readonly FileOutcome[], printing: PinPrinting): readonly string[] {
  return [...filesText(files, printing), summary(files)];
}

/** `ci.yaml:3:12  node:22  → 0123456789ab`, for a question to a person. */
export function changesOf(entries: readonly PlanEntry[]): readonly string[] {
  return entries.flatMap(({ mention, decision }) =>
    decision.kind === 'stay' ? [] : [safeLine(`${where(mention)}  ${arrow(fromOf(mention), decision.to)}`)],
  );
}

/** Reasons that say nothing new: counted, not listed. */
function isQuiet(why: StayReason): boolean {
  return (
    why === 'current' ||
    why === 'pinned' ||
    why === 'same images' ||
    why === 'machine' ||
    why === 'unasked' ||
    why === 'declined' ||
    why === 'left'
  );
}

function stayLine({ mention, decision }: PlanEntry): PlacedText {
  return staying(mention, decision.kind === 'stay' ? decision.detail : '');
}

function staying(mention: Mention, why: string): PlacedText {
  return { place: where(mention), text: `${mention.text}: ${why}` };
}

/** What happens to each name, and below it every place where it happens. */
function filesText(files: readonly FileOutcome[], printing: PinPrinting): readonly string[] {
  const changes = files.flatMap((file) =>
    file.pins.map(({ mention, from, to }) => ({
      name: safeLine(nameOf(mention)),
      place: safeLine(where(mention)),
      what: safeLine(file.kind === 'failed' ? `not changed: ${file.failure.message}` : arrow(from, to)),
      isFailed: file.kind === 'failed',
    })),
  );
  const groups = Map.groupBy(changes, ({ name, what }) => JSON.stringify([name, what]));
  const lines = [...groups.values()].flatMap((group) => [
    ...group.slice(0, 1).flatMap((change) => headLines(change, printing)),
    ...group.map(({ place }) => `  ${place}`),
  ]);
  return lines.length === 0 ? [] : [...lines, ''];
}

interface NamedChange {
  readonly name: string;
  readonly what: string;
  readonly isFailed: boolean;
}

/** The name stands there whole, however long it is: one cut off could be any other. */
function headLines(
  { name, what, isFailed }: NamedChange,
  { paint, columns }: PinPrinting,
): readonly string[] {
  const said = (text: string): string => (isFailed ? paint('red', text) : text);
  if (displayWidth(`${name}  ${what}`) <= columns) return [`${paint('bold', name)}  ${said(what)}`];
  return [paint('bold', name), ...wrapToWidth(what, columns - 4).map((line) => `    ${said(line)}`)];
}

function section(
  title: string,
  said: readonly PlacedText[],
  { paint, columns }: PinPrinting,
): readonly string[] {
  return said.length === 0 ? [] : [paint('bold', title), ...placedLines(said, columns), ''];
}

function summary(files: readonly FileOutcome[]): string {
  const count = (kind: FileOutcome['kind']): readonly Pin[] =>
    files.filter((file) => file.kind === kind).flatMap(({ pins }) => pins);
  const [written, planned, failed] = [count('written'), count('planned'), count('failed')];
  const among = (kind: FileOutcome['kind']): string =>
    plural(files.filter((file) => file.kind === kind).length, 'file');
  const parts = [
    ...(written.length > 0 ? [`${plural(written.length, 'name')} changed in ${among('written')}`] : []),
    ...(planned.length > 0 ? [`${plural(planned.length, 'name')} would change in ${among('planned')}`] : []),
    ...(failed.length > 0
      ? [`${plural(failed.length, 'name')} in ${among('failed')} could not be changed`]
      : []),
  ];
  return parts.length === 0 ? 'Nothing to change.' : `${parts.join('; ')}.`;
}

function quietText(reasons: readonly StayReason[]): string {
  const counts = Map.groupBy(reasons.filter(isQuiet), (why) => why);
  const parts = [...counts].map(([why, all]) => `${all.length} ${stayReasons[why]}`);
  return parts.length === 0 ? '' : ` The others: ${parts.join('; ')}.`;
}

function where({ place }: Mention): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** The name without its digest, which stands beside it. */
function nameOf({ meaning, text }: Mention): string {
  if (meaning.kind !== 'image') return text;
  const { registry, repository, tag } = meaning.reference;
  return shortName(formatReference({ registry, repository, ...(tag === undefined ? {} : { tag }) }));
}

function fromOf({ meaning }: Mention): Digest | undefined {
  return meaning.kind === 'image' ? meaning.reference.digest : undefined;
}

function arrow(from: Digest | undefined, to: Digest | undefined): string {
  const show = (digest: Digest | undefined): string =>
    digest === undefined ? '(no digest)' : shortDigest(digest);
  return `${show(from)} → ${show(to)}`;
}

/** The plan as data: for each mention from, to, why or why not. */
export function pinDocument({ survey, plan, files }: PinOutcome): unknown {
  return {
    version: 1,
    entries: plan.entries.map(({ mention, follows, decision }) => ({
      mention,
      ...(follows === undefined ? {} : { follows: formatReference(follows) }),
      ...(fromOf(mention) === undefined ? {} : { from: fromOf(mention) }),
      decision: decisionDocument(decision),
    })),
    files: files.map(fileDocument),
    notRead: survey.notRead,
  };
}

export function unpinDocument({ survey, files, kept }: UnpinOutcome): unknown {
  return { version: 1, files: files.map(fileDocument), kept, notRead: survey.notRead };
}

export function fileDocument(outcome: FileOutcome): unknown {
  const { kind, file, pins } = outcome;
  return {
    file,
    state: kind,
    pins: pins.map(({ mention, from, to }) => ({ place: mention.place, text: mention.text, from, to })),
    ...(outcome.kind === 'failed' ? { failure: failureDocument(outcome.failure) } : {}),
  };
}

function decisionDocument(decision: PinDecision): unknown {
  if (decision.kind !== 'stay' || decision.failure === undefined) return decision;
  return { ...decision, failure: failureDocument(decision.failure) };
}
