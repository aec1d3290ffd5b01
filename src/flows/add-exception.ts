import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { readConfig } from '../model/config.ts';
import { addEntry, type EditableList, type EntryFields } from '../model/config-edit.ts';
import { configMissing, type ConfigFiles } from '../ports/config-file.ts';
import type { Config } from '../model/definition.ts';
import type { ConfigPlace } from './load-config.ts';
import { newLines } from './new-lines.ts';

export interface ExceptionOrder {
  readonly place: ConfigPlace;
  readonly list: EditableList;
  /** Without those that are undefined. */
  readonly fields: readonly (readonly [key: string, value: string | undefined])[];
  /** Write nothing. */
  readonly dryRun: boolean;
}

export interface Added {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** The lines that are new, with their numbers. */
  readonly lines: readonly string[];
}

/**
 * Writes a waiver or a hold into lockkeeper.yaml. The file is read before and after: one that is wrong is not touched,
 * and what is written is what was asked for and nothing else.
 * @throws Failure `config-missing`, `config-syntax`, `config-invalid`
 */
export async function addException(
  files: ConfigFiles,
  { place, list, fields, dryRun }: ExceptionOrder,
): Promise<Added> {
  const { cwd, file: named } = place;
  const file = named === undefined ? await files.find(cwd) : path.resolve(cwd, named);
  if (file === undefined) throw configMissing(cwd);
  const before = await files.read(file);
  const [directory, shown] = [path.dirname(file), path.relative(cwd, file) || file];
  const old = readConfig(before, shown, directory);
  const given: EntryFields = fields.flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const text = addEntry(before, list, given);
  const added = readConfig(text, shown, directory);
  const rest = ({ waivers: _w, holds: _h, policy: _p, pins, ...others }: Config): string =>
    JSON.stringify({ ...others, pins: { ...pins, holds: [] } });
  invariant(
    rest(added) === rest(old) && added[list].length === old[list].length + 1,
    'one entry was added, and nothing else',
  );
  if (text === before) throw new Failure('config-invalid', `nothing could be added to ${list}`);
  if (!dryRun) await files.write(file, text, { replace: true });
  return { file, text, lines: newLines(before, text) };
}
