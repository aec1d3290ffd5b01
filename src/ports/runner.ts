import type { SuiteCommand } from '../model/suite.ts';
import type { TrialEnd, TrialOutput } from '../model/trial.ts';
import type { LoadedImage } from './loader.ts';

/** Runs one command in one fresh, hardened container and takes it away again. */
export interface Runner {
  /**
   * How the container ended is an answer, not an error; so is an engine that breaks midway (`engine-error`).
   * The container is gone when this settles, however it settles.
   * @throws Failure `interrupted` when the signal is aborted
   */
  run(spec: ContainerSpec, signal?: AbortSignal): Promise<ContainerRun>;
}

export interface ContainerSpec {
  /** What the engine is to call it; one of our own making where it is left out. */
  readonly name?: string;
  readonly image: LoadedImage;
  readonly command: SuiteCommand;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; made where it does not exist, owned by the user. */
  readonly workdir: string;
  /** `name`, `uid` or `uid:gid`; undefined: the image's own. */
  readonly user: string | undefined;
  readonly network: 'none' | 'default';
  readonly limits: ContainerLimits;
  /** Files to copy in before the start, below `mount`, owned by the user. */
  readonly source: ContainerSource | undefined;
  /** Where results may lie; read after the end. */
  readonly results: CollectedPlace;
  /** Gets what the container writes while it writes it, as far as the engine hands it on; both streams, in their order. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

export interface ContainerLimits {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
  /** What the container may write to its own file system. */
  readonly diskBytes: number;
}

export interface ContainerSource {
  /** Absolute, in the container. */
  readonly mount: string;
  readonly files: () => AsyncIterable<SourceFile>;
}

/** A regular file or a symbolic link (its `target` is text; nobody follows it on the host). */
export type SourceFile =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly executable: boolean;
      readonly size: number;
      readonly bytes: () => AsyncIterable<Uint8Array>;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/**
 * What to bring back: nothing; standard output up to a limit; all regular files below `directory` whose path
 * relative to it matches `glob` (`*` within a segment, `**` across segments, `?` one character); or all files below
 * `directory`, however large, each handed to `take` as it comes and kept nowhere.
 */
export type CollectedPlace =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'stdout'; readonly bytesMax: number }
  | {
      readonly kind: 'files';
      readonly directory: string;
      readonly glob: string;
      readonly bytesMax: number;
      readonly filesMax: number;
    }
  | {
      readonly kind: 'stream';
      readonly directory: string;
      readonly bytesMax: number;
      readonly filesMax: number;
      /** What it throws ends the reading and comes out of `run`. */
      readonly take: (file: StreamedFile) => Promise<void>;
    };

/** A file while it comes out of a container. */
export interface StreamedFile {
  /** Relative to the directory; foreign text. */
  readonly path: string;
  readonly size: number;
  /** Can be read once, before `take` settles. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface ContainerRun {
  readonly end: TrialEnd;
  readonly output: TrialOutput;
  readonly collected: Collected;
  /** ISO 8601, UTC; without making the container and copying files in. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** `refused`: something matched that may not be read (a link, a device), or limits were exceeded. */
export type Collected =
  | { readonly kind: 'files'; readonly files: readonly CollectedFile[] }
  | { readonly kind: 'refused'; readonly code: 'refused' | 'too-large'; readonly why: string };

/** `path` as it stands below the directory; `stdout` for standard output. */
export interface CollectedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
