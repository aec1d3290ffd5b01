/**
 * Something to tell about a place in a repository, whichever command found it. Annotations and SARIF are made of these.
 * All texts may hold foreign text; whoever shows them escapes them.
 */
export interface PlacedFinding {
  /** Names the rule in every run alike, in kebab-case: `lost-coverage`, `stale`. */
  readonly rule: string;
  readonly severity: Severity;
  /** A few words, shown as a heading. */
  readonly title: string;
  /** Sentences, on one line or several. */
  readonly message: string;
  /** Undefined where it is about no file. */
  readonly place: Place | undefined;
  /**
   * With the rule, what makes it the same finding in the next run although lines have moved: such as the image and the
   * test, or the file and the mention. No two findings of a run share it.
   */
  readonly identity: readonly string[];
}

export const severities = ['error', 'warning', 'notice'] as const;

export type Severity = (typeof severities)[number];

/** Lines and columns count from 1, columns in UTF-16 code units; `endColumn` is that of the first character behind. */
export interface Place {
  /** Relative to the root of the repository, with `/`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}
