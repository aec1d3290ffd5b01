import type { Reference } from './reference.ts';

/** An image name at a place in a file of a repository. */
export interface Mention {
  readonly place: MentionPlace;
  readonly syntax: MentionSyntax;
  /** The name as it stands there. */
  readonly text: string;
  readonly meaning: MentionMeaning;
}

export interface MentionPlace {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in UTF-16 code units. */
  readonly column: number;
  /** First byte of the text within the file, and the one after its last. */
  readonly start: number;
  readonly end: number;
}

/** What the text stands for: a name, or nothing that can be told without running something. */
export type MentionMeaning =
  | { readonly kind: 'image'; readonly reference: Reference }
  | { readonly kind: 'unresolved'; readonly why: string };

/** The ways of writing that are understood, in the order of their files' names in reports. */
export type MentionSyntax =
  | 'dockerfile-from'
  | 'github-container'
  | 'github-service'
  | 'gitlab-image'
  | 'gitlab-service'
  | 'circleci-docker';
