import type { BuildpackName } from './builder-facts.ts';

/** The phases of `creator` by their headings (buildpacks platform spec, "creator"). */
export type LifecyclePhase = 'analyze' | 'detect' | 'restore' | 'build' | 'export';

/** What the log of one run of a lifecycle tells; all of it is text of buildpacks that may lie. */
export interface LifecycleSaid {
  /** The last one that began; undefined: none did. */
  readonly phase: LifecyclePhase | undefined;
  /** The buildpacks that take part, in their order; empty where detection found none. */
  readonly group: readonly BuildpackName[];
  /** What each buildpack said, in the order in which they ran. */
  readonly said: readonly BuildpackSaid[];
  /** Buildpacks whose detection broke, with the exit status. */
  readonly broken: readonly { readonly buildpack: BuildpackName; readonly status: number }[];
  /** The lifecycle's own complaints, without `ERROR:`. */
  readonly errors: readonly string[];
}

export interface BuildpackSaid {
  readonly buildpack: BuildpackName;
  readonly phase: 'detect' | 'build';
  /** Without colours; the first and the last where there were too many. */
  readonly lines: readonly string[];
}

/** How a run of a lifecycle ended. */
export type LifecycleEnd =
  | { readonly kind: 'done' }
  /** No group of buildpacks takes the application. */
  | { readonly kind: 'no-group' }
  /** Detection of a buildpack broke, so that no group could be chosen. */
  | { readonly kind: 'detect-failed' }
  /** A buildpack refused, or could not go on; undefined where the log does not tell which. */
  | { readonly kind: 'build-failed'; readonly buildpack: BuildpackName | undefined }
  | { readonly kind: 'export-failed' }
  /** The lifecycle does not speak the API that was asked for, with the platform or with a buildpack. */
  | { readonly kind: 'api-refused'; readonly side: 'platform' | 'buildpack' }
  /** Whatever else the lifecycle ended with. */
  | { readonly kind: 'failed'; readonly status: number; readonly phase: LifecyclePhase | undefined }
  /** It did not come to its end; `why` is a clause. */
  | { readonly kind: 'stopped'; readonly why: string };

/** A version that a buildpack said it takes. */
export interface SaidVersion {
  readonly buildpack: BuildpackName;
  readonly runtime: 'python' | 'node' | 'go' | 'ruby' | 'php' | 'bun' | 'dotnet' | 'java';
  /** What it settled on; undefined where it refused before. */
  readonly version: string | undefined;
  /** What it read as the wish; undefined where it read none, or does not say. */
  readonly asked: string | undefined;
  /** Where it read the wish: a file or a variable; `default` where it says that nothing was asked for. */
  readonly origin: string | undefined;
  /** The line that says so. */
  readonly line: string;
  /** False where it takes any patch of a series that it knows, and only a download tells. */
  readonly checksPatch: boolean;
}
