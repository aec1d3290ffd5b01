import { isAscii, isUtf8 } from 'node:buffer';
import { compareFileNames } from '../../base/file-name.ts';
import { limits } from '../../base/limits.ts';
import type { UserPattern } from '../../model/config-scan.ts';
import type { Mention, MentionSyntax } from '../../model/mention.ts';
import type { ImageRecipe, NotRead, Survey } from '../../model/survey.ts';
import { configFileName } from '../../ports/config-file.ts';
import type { Tree, TreeFile } from '../../ports/file-tree.ts';
import type { FileSurvey, Finder, FinderEntry, Found, OtherFiles } from './finder.ts';
import { FinderIndex } from './finder-index.ts';
import { finders } from './finders.ts';
import { userFinders } from './finders/generic.ts';
import { layoutsIn } from './layouts.ts';
import { matchDockerfile } from './recipe.ts';
import { SourceText } from './source-text.ts';
import { distinct } from './yaml/collector.ts';
import { findToolchains, toolchainFiles } from './toolchains.ts';

export interface ScanOptions {
  /** Also jobs, stages, recipes and toolchains. */
  readonly survey: boolean;
  /** What lockkeeper.yaml adds to the table of finders. */
  readonly patterns: readonly UserPattern[];
}

/** Folders of packages that others wrote. */
const foreign = /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|\.tox)\//;

/** What it names moves, or is held, by its tag: a digest written there would be refused, and a hold pins nothing. */
const ours = new RegExp(String.raw`(?:^|/)${configFileName.replaceAll('.', String.raw`\.`)}$`);

/**
 * Finds all image names of a tree. Files are chosen by their names, then by their bytes, and only what is left is parsed.
 * A file that cannot be read, or not to its end, is listed and never stops the others.
 * @throws Failure only what listing the files throws
 */
export async function scan(tree: Pick<Tree, 'list' | 'read'>, options: ScanOptions): Promise<Survey> {
  const names = await tree.list();
  const layouts = await layoutsIn(tree, names);
  const reading = new Reading(options, layouts.folders);
  const wanted = names.filter(
    (name) => !foreign.test(name) && !ours.test(name) && !layouts.hold(name) && reading.wants(name),
  );
  await tree.read(wanted, { bytesMax: limits.scanFileBytesMax, receive: (file) => reading.receive(file) });
  return reading.finish(names);
}

/** A file that some finder has to look at. */
interface Kept {
  readonly path: string;
  readonly text: string;
  readonly isUtf8: boolean;
  readonly entries: readonly FinderEntry[];
}

class Reading {
  readonly #index: FinderIndex;
  readonly #survey: boolean;
  readonly #kept = new Map<string, Kept>();
  readonly #notRead: NotRead[];
  #filesRead = 0;

  constructor({ survey, patterns }: ScanOptions, layouts: readonly string[]) {
    this.#index = new FinderIndex(userFinders(patterns));
    this.#survey = survey;
    this.#notRead = layouts.map((file) => ({
      file,
      why: 'it is an OCI layout: to edit what belongs to it would make it wrong',
    }));
  }

  wants(path: string): boolean {
    return this.#index.entriesFor(path).length > 0 || (this.#survey && toolchainFiles.has(path));
  }

  receive(file: TreeFile): void {
    const { path } = file;
    if (file.kind === 'refused') {
      this.#notRead.push({ file: path, why: file.why });
      return;
    }
    this.#filesRead += 1;
    const { bytes } = file;
    const latin1 = bytes.toString('latin1');
    const entries = this.#index.entriesFor(path).filter((entry) => this.#index.mayHold(entry, latin1));
    const isMark = this.#survey && toolchainFiles.has(path);
    const why = unreadable(bytes);
    if (why !== undefined && (entries.length > 0 || why.startsWith('it is UTF')))
      this.#notRead.push({ file: path, why });
    if (why !== undefined || (entries.length === 0 && !isMark)) return;
    // In ASCII, a character is a byte: no place has to be counted.
    const utf8 = !isAscii(bytes) && isUtf8(bytes);
    this.#kept.set(path, { path, text: utf8 ? bytes.toString('utf8') : latin1, isUtf8: utf8, entries });
  }

  async finish(names: readonly string[]): Promise<Survey> {
    for (const name of names)
      if (name.endsWith('/'))
        this.#notRead.push({ file: name, why: 'the operating system denies access to this folder' });
    const mentions: Mention[] = [];
    const surveys: FileSurvey[] = [];
    for (const kept of this.#kept.values()) {
      const source = sourceOf(kept);
      for (const entry of kept.entries) {
        const finder = await entry.load();
        const { found, survey } = this.#find(finder, source);
        for (const mention of found.mentions) mentions.push(mention);
        surveys.push(survey);
      }
    }
    return surveyOf({
      surveys,
      mentions: ordered(mentions),
      toolchains: this.#survey ? this.#toolchains(names) : [],
      notRead: distinctFiles(this.#notRead),
      files: { listed: names.length, read: this.#filesRead },
    });
  }

  #find(finder: Finder, source: SourceText): { readonly found: Found; readonly survey: FileSurvey } {
    try {
      const found = finder.find(source, this.#others);
      const [fault] = found.faults;
      if (fault !== undefined)
        this.#notRead.push({ file: source.path, why: `line ${source.line(fault.offset)}: ${fault.message}` });
      const survey = this.#survey ? finder.survey?.(source, found.mentions) : undefined;
      return { found, survey: survey ?? {} };
    } catch (error) {
      // A file made to exhaust the stack is the file's fault; everything else is ours.
      if (!(error instanceof RangeError)) throw error;
      this.#notRead.push({ file: source.path, why: 'it is nested too deeply' });
      return { found: { mentions: [], faults: [] }, survey: {} };
    }
  }

  readonly #others: OtherFiles = {
    text: (path) => {
      const kept = this.#kept.get(path);
      return kept === undefined ? undefined : sourceOf(kept);
    },
  };

  #toolchains(names: readonly string[]): Survey['toolchains'] {
    const paths = new Set(names);
    return findToolchains({ has: (path) => paths.has(path), text: (path) => this.#kept.get(path)?.text });
  }
}

function sourceOf({ path, text, isUtf8: utf8 }: Kept): SourceText {
  return new SourceText(path, text, utf8);
}

/** Why bytes are no text that we read; undefined for text in any encoding that keeps ASCII as it is. */
function unreadable(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return 'it is UTF-16, in which no mention is looked for';
  return bytes.includes(0) ? 'it holds NUL bytes, as no text does' : undefined;
}

/** By file and place; of several finders that saw a name at one place, the first in the table counts. */
function ordered(mentions: readonly Mention[]): readonly Mention[] {
  const first = new Map<string, number>();
  const placeOf = ({ place }: Mention): string => `${place.file}\0${place.start}`;
  for (const mention of mentions) {
    const key = placeOf(mention);
    first.set(key, Math.min(first.get(key) ?? Infinity, rankOf(mention.syntax)));
  }
  const kept = distinct(mentions.filter((mention) => rankOf(mention.syntax) === first.get(placeOf(mention))));
  return kept.toSorted(
    (left, right) =>
      compareFileNames(left.place.file, right.place.file) || left.place.start - right.place.start,
  );
}

const ranks = new Map(finders.map(({ syntax }, index) => [syntax, index]));

function rankOf(syntax: MentionSyntax): number {
  return ranks.get(syntax) ?? finders.length;
}

function distinctFiles(all: readonly NotRead[]): readonly NotRead[] {
  const byFile = new Map(all.map((each) => [each.file, each]));
  return [...byFile.values()].toSorted((left, right) => compareFileNames(left.file, right.file));
}

interface Parts extends Pick<Survey, 'mentions' | 'toolchains' | 'notRead' | 'files'> {
  readonly surveys: readonly FileSurvey[];
}

function surveyOf({ surveys, ...rest }: Parts): Survey {
  const dockerfiles = surveys.flatMap(({ dockerfile }) => (dockerfile === undefined ? [] : [dockerfile]));
  const paths = dockerfiles.map(({ file }) => file);
  const recipes = surveys.flatMap(({ recipes: written = [] }) =>
    written.flatMap((each): readonly ImageRecipe[] => {
      const { file, line, names, args, target } = each;
      const place = matchDockerfile(each, paths);
      return place === undefined ? [] : [{ file, line, names, args, target, ...place }];
    }),
  );
  return { ...rest, dockerfiles, recipes, jobs: surveys.flatMap(({ jobs = [] }) => jobs) };
}
