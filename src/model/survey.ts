import type { Mention } from './mention.ts';

/** What a repository tells about its images and tests, before anything has been decided. */
export interface Survey {
  readonly dockerfiles: readonly Dockerfile[];
  readonly jobs: readonly CiJob[];
  readonly recipes: readonly ImageRecipe[];
  readonly toolchains: readonly Toolchain[];
  /** All image names that were found, in the order of files and places. */
  readonly mentions: readonly Mention[];
  /** Files that were not read, or not to their end, in the order of their names. */
  readonly notRead: readonly NotRead[];
  /** How many files there are, and how many of them some finder asked for by name. */
  readonly files: { readonly listed: number; readonly read: number };
}

export interface Dockerfile {
  readonly file: string;
  /** Names of its stages, in order, without those that have none. */
  readonly stages: readonly string[];
  /** Images that it builds upon; stages of its own are none. */
  readonly bases: readonly Mention[];
  /** Build arguments without a default: the build needs a value for each that matters. */
  readonly openArgs: readonly string[];
}

/** A job of a CI system that runs in an image. */
export interface CiJob {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly image: Mention;
  /** Scripts that it runs, in order, each as it is written. */
  readonly scripts: readonly string[];
  /** Variables with literal values. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the job works, when it says so and the path is absolute. */
  readonly workdir: string | undefined;
  readonly user: string | undefined;
}

/** A command or action of CI that builds an image from a Dockerfile of this repository. */
export interface ImageRecipe {
  readonly file: string;
  readonly line: number;
  /** Relative to the root of the repository. */
  readonly dockerfile: string;
  readonly context: string;
  /** The names that it gives, variables filled in where their values are known. */
  readonly names: readonly string[];
  readonly args: Readonly<Record<string, string>>;
  readonly target: string | undefined;
}

/** A way of testing that the files of the repository show. */
export interface Toolchain {
  /** Such as `pytest`; it becomes the suite's name. */
  readonly name: string;
  /** The file that shows it. */
  readonly shownBy: string;
  readonly command: string;
  readonly results: ToolchainResults;
  /** Why the trial needs a network; undefined: it does not, as far as one can tell. */
  readonly fetches: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export type ToolchainResults =
  | { readonly format: 'junit'; readonly files: string }
  /** What the command writes to standard output. */
  | { readonly format: 'tap' | 'go-test' }
  /** Why nothing better is known. */
  | { readonly format: 'exit-status'; readonly why: string };

export interface NotRead {
  readonly file: string;
  readonly why: string;
}
