import { Failure } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { addEntry, type EntryFields } from './config-edit.ts';
import { removeEntries } from './config-remove.ts';
import { readConfig } from './config.ts';
import type { Config } from './definition.ts';
import type { Hold } from './hold.ts';

/** The text of lockkeeper.yaml, and how messages name it. */
export interface ConfigText {
  /** Undefined: there is none yet. */
  readonly text: string | undefined;
  readonly file: string;
  /** Folder of the file; absolute. */
  readonly directory: string;
}

/**
 * The text with one hold more. Where there was none, it is a config that says nothing else. A hold on the same image that
 * differs only in its day, its reason or its evidence is replaced.
 * @throws Failure `config-syntax`, `config-invalid`
 */
export function withHold(config: ConfigText, hold: Hold): string {
  const isSame = (each: Hold): boolean =>
    each.image === hold.image && each.digest === hold.digest && each.keep === hold.keep;
  const before = withoutHolds(config, isSame) ?? 'version: 1\n';
  const after = addEntry(before, 'holds', fieldsOf(hold));
  requireOnly({ ...config, text: before }, after, (old) => [...old, hold]);
  return after;
}

/**
 * The text without the holds that are over; the same text where there are none, undefined where there is none.
 * @throws Failure `config-syntax`, `config-invalid`
 */
export function withoutHolds(config: ConfigText, isOver: (hold: Hold) => boolean): string | undefined {
  const { text } = config;
  if (text === undefined) return undefined;
  const { holds } = readConfig(text, config.file, config.directory);
  const over = new Set(holds.flatMap((hold, index) => (isOver(hold) ? [index] : [])));
  if (over.size === 0) return text;
  const after = removeEntries(text, 'holds', over);
  requireOnly(config, after, (old) => old.filter((_, index) => !over.has(index)));
  return after;
}

/** In the order in which people read them. */
function fieldsOf({ image, author, reason, until, digest, keep, evidence }: Hold): EntryFields {
  const fields = { image, author, reason, until, digest, keep, evidence };
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
}

/** Reads both texts: what was to change has changed, and nothing else. */
function requireOnly(
  { text, file, directory }: ConfigText,
  after: string,
  wanted: (holds: readonly Hold[]) => readonly Hold[],
): void {
  const old = readConfig(text ?? '', file, directory);
  const now = readConfig(after, file, directory);
  const without = ({ holds: _holds, pins, ...rest }: Config): string =>
    JSON.stringify({ ...rest, pins: { ...pins, holds: [] } });
  invariant(without(old) === without(now), 'only holds change');
  if (JSON.stringify(now.holds) === JSON.stringify(wanted(old.holds))) return;
  throw new Failure('config-invalid', `the holds of ${file} cannot be changed where they stand`, {
    where: { file },
    hint: 'Write them as a list of their own, without an alias.',
  });
}
