import type { Reference } from './reference.ts';

/**
 * An image name at a place in a file of a repository.
 *
 * Where `from` is empty, `text` is the name itself, and writing over the bytes of `place` is all that it takes to change
 * it. Where `from` holds something, the name is put together from what is set elsewhere, and `text` is only its pattern.
 * A name that as a whole is set elsewhere (`FROM $BASE`, `container: ${{ matrix.image }}`) is a mention at that other
 * place, and `users` says where it is used.
 */
export interface Mention {
  readonly place: MentionPlace;
  readonly syntax: MentionSyntax;
  /** Who uses it, as the path to it within the file: `jobs.unit.container`, `stage build`, `docker run`. */
  readonly owner: string;
  /** As it stands in the file, without quotes. */
  readonly text: string;
  readonly meaning: MentionMeaning;
  readonly layout: MentionLayout;
  /** The pieces of the name that are set elsewhere, in the order in which they stand in `text`. */
  readonly from: readonly MentionPiece[];
  /** Where a variable is used whose value this is, in the order of places. Empty: it is used where it stands. */
  readonly users: readonly MentionPlace[];
  /** What another tool has written beside it. */
  readonly note: MentionNote | undefined;
}

export interface MentionPlace {
  /** Relative to the folder that was scanned, with `/`. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in UTF-16 code units; a byte order mark is not counted. */
  readonly column: number;
  /** First byte of the text within the file, and the one after its last; a byte order mark is counted. */
  readonly start: number;
  readonly end: number;
}

/**
 * What the text stands for: an image; a machine that is no container (a runner label, a VM image, an AMI), by its name;
 * or nothing that can be told, and why.
 */
export type MentionMeaning =
  | { readonly kind: 'image'; readonly reference: Reference }
  | { readonly kind: 'vm'; readonly name: string }
  | { readonly kind: 'unresolved'; readonly why: string };

/**
 * How the name is written. `whole`: in one text, and a digest goes behind it as `@sha256:…`. `split`: over several keys,
 * as Helm values, Kustomize, Concourse and Bazel do; `place` and `text` of the mention are those of the repository, and
 * a digest goes to `digest` where that key stands.
 */
export type MentionLayout =
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'split';
      readonly registry: MentionPart | undefined;
      readonly repository: MentionPart;
      readonly tag: MentionPart | undefined;
      readonly digest: MentionPart | undefined;
    };

/** One text of several that make up a name; empty where the key stands and says nothing. */
export interface MentionPart {
  readonly place: MentionPlace;
  readonly text: string;
}

/** A variable, argument, parameter or matrix value that was followed to where it is set. */
export interface MentionPiece {
  /** As it is used: `${VERSION}`, `${{ matrix.node }}`. */
  readonly written: string;
  readonly value: string;
  /** Undefined: its value is known without being written, such as a builder's own argument. */
  readonly place: MentionPlace | undefined;
}

/**
 * A comment that a tool reads: ratchet's `# ratchet:docker://alpine:3`, frizbee's and Renovate's `# v1.2` behind a
 * digest, Renovate's `# renovate: …` on the line above, Flux's `# {"$imagepolicy": …}`. `means` is the tag that the
 * digest stands for, where the comment tells.
 */
export interface MentionNote {
  readonly tool: 'ratchet' | 'frizbee' | 'renovate' | 'flux';
  readonly place: MentionPlace;
  readonly text: string;
  readonly means: string | undefined;
}

/** The ways of writing that are understood; each is one file below `stages/scan/finders`. */
export const mentionSyntaxes = [
  'ansible',
  'azure-pipelines',
  'bake',
  'bazel',
  'bitbucket',
  'buildkite',
  'buildpacks',
  'circleci',
  'cloud-build',
  'compose',
  'concourse',
  'devcontainer',
  'dockerfile',
  'dotenv',
  'drone',
  'earthfile',
  'generic',
  'github-actions',
  'gitlab-ci',
  'helix',
  'jenkins',
  'kubernetes',
  'make',
  'quadlet',
  'renovate-comment',
  'machine',
  'settings',
  'shell',
  'source',
  'terraform',
  'travis',
  'xml',
] as const;

export type MentionSyntax = (typeof mentionSyntaxes)[number];

/** Whether the mention can only ever mean one image. */
export function isPinned({ meaning }: Mention): boolean {
  return meaning.kind === 'image' && meaning.reference.digest !== undefined;
}
