import type { Mention, MentionSyntax } from '../../model/mention.ts';
import type { CiJob, Dockerfile } from '../../model/survey.ts';
import type { WrittenRecipe } from './recipe.ts';
import type { SourceText } from './source-text.ts';

/** A row of the table of finders: which files, told by name and by bytes, and how to get their reader. */
export interface FinderEntry {
  readonly syntax: MentionSyntax;
  /** Whole names of files, in lower case, such as `dockerfile`; the quickest way. */
  readonly names?: readonly string[];
  /** What names end with behind their last dot, in lower case. */
  readonly endings?: readonly string[];
  /** Of the files with such endings, and where there are neither names nor endings of all files, these paths. */
  readonly paths?: RegExp;
  /** The same as a function, for what no table knows. */
  readonly matches?: (path: string) => boolean;
  /** One of these has to stand in the file, as bytes, or nothing can be found. Empty: the name says enough. */
  readonly marks: readonly string[];
  /** Nobody needs to look at its files again with less knowledge of them. */
  readonly takes?: boolean;
  /** Reads only what no row takes. */
  readonly rest?: boolean;
  /** The file's bytes as Latin-1 have to match this as well; in linear time, whatever they are. */
  readonly pattern?: RegExp;
  /** The reader, loaded when the first such file has been met. */
  readonly load: () => Promise<Finder>;
}

export interface Finder {
  /** Reads one file. Broken text is an answer with faults, never an exception, in linear time. */
  readonly find: (source: SourceText, files: OtherFiles) => Found;
  /** What the file tells beside its mentions, for those who ask: jobs, stages, recipes. The mentions are those of `find`. */
  readonly survey?: (source: SourceText, mentions: readonly Mention[]) => FileSurvey;
}

export interface Found {
  readonly mentions: readonly Mention[];
  readonly faults: readonly FileFault[];
}

/** Why a file could not be read to its end. */
export interface FileFault {
  readonly offset: number;
  readonly message: string;
}

/** Other files of the same folder tree, for those that are included or that set variables. */
export interface OtherFiles {
  /** Undefined: it is not there, or was not read. Only files that some finder claims by name can be asked for. */
  readonly text: (path: string) => SourceText | undefined;
}

export interface FileSurvey {
  readonly dockerfile?: Dockerfile;
  readonly jobs?: readonly CiJob[];
  readonly recipes?: readonly PlacedRecipe[];
}

export interface PlacedRecipe extends WrittenRecipe {
  readonly file: string;
  readonly line: number;
}
