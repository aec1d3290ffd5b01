import { formatTable, type Cell } from '../../base/table.ts';
import { plural, safeClip, safeLine } from '../../base/text.ts';
import { shellWord } from '../../base/shell-word.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { StatusOutcome } from '../../flows/status.ts';
import { shortDigest } from '../../model/digest.ts';
import { describeHold, type Hold } from '../../model/hold.ts';
import {
  imageStates,
  type HoldStatus,
  type ImageState,
  type ImageStatus,
  type Mover,
} from '../../model/image-status.ts';
import { shortName } from '../../model/reference.ts';
import type { StatusDocument } from '../../model/status-document.ts';
import type { Style } from './paint.ts';
import type { PinPrinting } from './pins.ts';

const colours: Readonly<Record<ImageState, Style>> = {
  dead: ['bold', 'red'],
  absent: ['bold', 'red'],
  'not allowed': 'red',
  drifted: 'red',
  unpinned: 'red',
  unanswered: 'yellow',
  held: 'yellow',
  cooling: 'cyan',
  stale: 'cyan',
  fixed: 'dim',
  pinned: 'dim',
  current: 'green',
};

/** Whose move it is, as the end of a line. */
const moves: Readonly<Record<Mover, string>> = {
  nobody: '',
  update: 'lockkeeper update moves it',
  time: 'it waits by itself',
  holder: 'whoever holds it decides',
  maintainer: 'somebody of this repository has to act',
  registry: 'the registry has to answer',
};

/** Holds that ended first, since nobody else tells; then each image, the most urgent first. */
export function statusText(outcome: StatusOutcome, { paint, columns }: PinPrinting): string {
  const { images, holds, now, agesLack, notRead } = outcome;
  const sorted = images.toSorted((left, right) => urgency(left) - urgency(right));
  const rows = sorted.map((image) => imageRow(image, now, (text) => paint(colours[image.state], text)));
  const table = formatTable([{ shrinks: 'middle' }, {}, {}, { align: 'right' }], rows, columns);
  const lines = sorted.flatMap((image, index) => [
    table[index] ?? '',
    ...notesOf(image, now).flatMap((note) => indented(note, columns)),
  ]);
  const loud = holds.filter(({ state }) => state === 'expired');
  const quiet = holds.filter(({ state }) => state === 'over' || state === 'idle');
  return [
    ...section(
      paint(['bold', 'red'], 'Expired holds: their day has passed, and nobody took them out'),
      loud,
      outcome,
      columns,
    ),
    ...lines,
    ...(lines.length === 0 ? ['No image name was found.'] : []),
    '',
    ...section(paint('bold', 'Holds that hold nothing'), quiet, outcome, columns),
    ...(agesLack === undefined ? [] : [...wrapToWidth(`Ages: ${agesLack}.`, columns), '']),
    ...(notRead.length === 0
      ? []
      : [`${plural(notRead.length, 'file')} could not be read; scan names them.`, '']),
    summary(outcome),
    '',
  ].join('\n');
}

function urgency({ state }: ImageStatus): number {
  return imageStates.indexOf(state);
}

function imageRow(
  { name, state, digests }: ImageStatus,
  now: string,
  paint: (text: string) => string,
): readonly Cell[] {
  const [digest] = digests;
  const shown = digest === undefined ? '(no digest)' : shortDigest(digest.digest);
  const more = digests.length > 1 ? ` and ${digests.length - 1} more` : '';
  const age = digest?.since === undefined ? '' : ageText(digest.since, now);
  return [safeLine(shortName(name)), { text: state, paint }, `${shown}${more}`, age];
}

/** What waits, why, and whose move it is. */
function notesOf({ state, waiting, why, mover, holds }: ImageStatus, now: string): readonly string[] {
  if (state === 'current' || state === 'pinned') return holds.map((hold) => describeHold(hold));
  const seen = waiting?.firstSeen === undefined ? '' : `, seen ${ageText(waiting.firstSeen, now)} ago`;
  const towards = waiting === undefined ? [] : [`${shortDigest(waiting.digest)} waits${seen}`];
  const said = why === 'the next update moves it' ? [] : [why];
  const next = moves[mover] === '' ? [] : [moves[mover]];
  return [[...towards, ...said, ...next].filter((part) => part !== '').join('; ')].filter(
    (note) => note !== '',
  );
}

function section(
  title: string,
  holds: readonly HoldStatus[],
  { now }: StatusOutcome,
  columns: number,
): readonly string[] {
  if (holds.length === 0) return [];
  const lines = holds.flatMap(({ hold, state, since }) => {
    const age = since === undefined ? '' : `, in git for ${ageText(since, now)}`;
    const what = {
      expired: `ended on ${hold.until}`,
      over: 'its name stands for another digest now',
      idle: 'no image has such a name',
      'in force': '',
    }[state];
    const text = `${hold.image}: ${what}${age} (${hold.author}: ${hold.reason}) → lockkeeper release ${shellWord(hold.image)}`;
    return wrapToWidth(safe(text), columns - 2).map((line) => `  ${line}`);
  });
  return [title, ...lines, ''];
}

function indented(text: string, columns: number): readonly string[] {
  return wrapToWidth(safe(text), columns - 4).map((line) => `    ${line}`);
}

function safe(text: string): string {
  return safeClip(text, 2_000);
}

function summary({ images, holds }: StatusOutcome): string {
  const counts = imageStates.flatMap((state) => {
    const count = images.filter((image) => image.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const held = holds.length === 0 ? '' : ` ${plural(holds.length, 'hold')}.`;
  return `${plural(images.length, 'image')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}.${held}`;
}

/** `3 hours`, `41 days`. */
function ageText(since: string, now: string): string {
  const hours = Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / 3_600_000));
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}

export function statusDocument(
  { now, images, holds, agesLack, notRead }: StatusOutcome,
  madeBy: string,
): StatusDocument {
  return {
    schemaVersion: 1,
    kind: 'status',
    madeBy,
    at: now,
    images: images.map(({ since, waiting, failure, digests, files, ...image }) => ({
      ...image,
      files: [...files],
      digests: digests.map(({ digest, since: at }) => ({ digest, ...(at !== undefined && { since: at }) })),
      holds: image.holds.map(holdFields),
      ...(since !== undefined && { since }),
      ...(waiting !== undefined && {
        waiting: {
          digest: waiting.digest,
          ...(waiting.firstSeen !== undefined && { firstSeen: waiting.firstSeen }),
        },
      }),
      ...(failure !== undefined && { failure: { code: failure.code, message: failure.message } }),
    })),
    holds: holds.map(({ hold, state, since }) => ({
      ...holdFields(hold),
      state,
      ...(since !== undefined && { since }),
    })),
    notices: [
      ...(agesLack === undefined ? [] : [agesLack]),
      ...notRead.map(({ file, why }) => `${file} was not read: ${why}`),
    ],
  };
}

function holdFields({
  image,
  author,
  reason,
  until,
  digest,
  keep,
  evidence,
}: Hold): Omit<StatusDocument['holds'][number], 'state'> {
  return {
    image,
    author,
    reason,
    ...(until !== undefined && { until }),
    ...(digest !== undefined && { digest }),
    ...(keep !== undefined && { keep }),
    ...(evidence !== undefined && { evidence }),
  };
}
