import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import { isDay } from '../model/config-exceptions.ts';
import { withHold, withoutHolds, type ConfigText } from '../model/config-holds.ts';
import type { Config } from '../model/definition.ts';
import { compileGlob } from '../model/glob.ts';
import { isHeld, type Hold } from '../model/hold.ts';
import { formatReference, nameSpellings, parseReference, shortName } from '../model/reference.ts';
import { configFileName, type ConfigFiles } from '../ports/config-file.ts';
import { namedAs } from '../stages/plan/follow.ts';
import { newLines } from './new-lines.ts';
import { scanFolder, type Scanned, type ScanTools } from './scan.ts';

/** Where holds are written to. */
export interface HoldFile {
  /** Absolute. */
  readonly file: string;
  readonly config: ConfigText;
  /** Undefined: there is no config yet. */
  readonly known: Config | undefined;
  readonly scanned: Scanned;
}

export interface HoldPlace {
  /** Where the person is; absolute. */
  readonly cwd: string;
  /** What `--config` names; undefined: the nearest one, and one at the root of the repository where there is none. */
  readonly config: string | undefined;
}

/** What became of lockkeeper.yaml. */
export interface HoldChange {
  /** Absolute. */
  readonly file: string;
  /** The lines that are new, with their numbers. */
  readonly added: readonly string[];
  /** The holds that are gone. */
  readonly released: readonly Hold[];
}

export interface HoldTools extends ScanTools {
  readonly configFiles: ConfigFiles;
}

/** Reads lockkeeper.yaml and all image names of the repository around. @throws Failure as scanning does, `config-*` */
export async function openHolds({ cwd, config }: HoldPlace, tools: HoldTools): Promise<HoldFile> {
  const named = config === undefined ? undefined : path.resolve(cwd, config);
  const found = named ?? (await tools.configFiles.find(cwd));
  const { root } = await tools.trees.open(cwd);
  const directory = root ?? cwd;
  const file = found ?? path.join(directory, configFileName);
  const scanned = await scanFolder({ directory, revision: undefined, config: found }, tools);
  const text = found === undefined ? undefined : await tools.configFiles.read(found);
  const shown = path.relative(cwd, file) || file;
  return {
    file,
    config: { text, file: shown, directory: path.dirname(file) },
    known: scanned.config,
    scanned,
  };
}

export interface HoldEdit {
  readonly isReleased: (hold: Hold) => boolean;
  readonly added: readonly Hold[];
}

/**
 * Takes holds out and adds some, on images that the config or the repository knows, by one write. Nothing else of the file
 * changes; where nothing is to change, nothing is written.
 * @throws Failure `name-unknown`, `config-invalid`, and what writing throws
 */
export async function changeHolds(
  holds: HoldFile,
  { isReleased, added }: HoldEdit,
  { configFiles, dryRun }: { readonly configFiles: ConfigFiles; readonly dryRun: boolean },
): Promise<HoldChange> {
  const { file, config, known } = holds;
  for (const { image } of added) requireKnown(image, holds);
  const released = (known?.holds ?? []).filter(isReleased);
  const rest = withoutHolds(config, isReleased);
  const after = added.reduce<string | undefined>((text, hold) => withHold({ ...config, text }, hold), rest);
  if (!dryRun && after !== undefined && after !== config.text)
    await configFiles.write(file, after, { replace: config.text !== undefined });
  return { file, added: newLines(rest ?? '', after ?? ''), released };
}

/** @param now ISO 8601, UTC @throws Failure `usage`: no day, or one that is over and holds nothing */
export function requireAhead(until: string | undefined, now: string): void {
  if (until !== undefined && !isDay(until))
    throw new Failure('usage', `--until takes a day such as 2026-12-31, not ${JSON.stringify(until)}`);
  if (isHeld({ until }, now)) return;
  throw new Failure('usage', `${until} has passed: nothing would be held`, {
    hint: 'Give --until a day that is still to come, in UTC.',
  });
}

/** Whether a hold is written for this name: the same words, or another spelling of the same image. */
export function isWrittenFor(hold: Hold, image: string): boolean {
  return hold.image === image || (spelled(hold.image) ?? hold.image) === (spelled(image) ?? image);
}

function spelled(text: string): string | undefined {
  try {
    return formatReference(parseReference(text));
  } catch (error) {
    // A glob is no image name.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** A hold on what nobody mentions would hold nothing, and nobody would notice. */
function requireKnown(image: string, { known, scanned }: HoldFile): void {
  const names = (known?.images ?? []).map(({ name }) => name);
  if (names.includes(image)) return;
  const matches = compileGlob(image, 'path');
  const spellings = new Set(
    scanned.survey.mentions.flatMap((mention) =>
      mention.meaning.kind === 'image' ? nameSpellings(namedAs(mention, mention.meaning.reference)) : [],
    ),
  );
  if ([...spellings].some(matches)) return;
  const near = nearest(image, [...names, ...[...spellings].map(shortName)]);
  throw new Failure('name-unknown', `${JSON.stringify(image)} is no image that this repository mentions`, {
    hint: near === undefined ? '`lockkeeper scan` lists them.' : `Did you mean ${near}?`,
  });
}
