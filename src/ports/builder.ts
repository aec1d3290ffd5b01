import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/platform.ts';
import type { Layout } from './layout.ts';

/** Builds an image from a Dockerfile with no credential in reach and pushes it nowhere. */
export interface Builder {
  /**
   * Builds for one platform and stores the result, manifest and all, in `into`, by digest and without a name. What the
   * engine says goes to `onLine`, line by line as it stands there, without colours; it is text from outside.
   * @throws Failure `build-failed` with the end of the engine's output, `path-missing` and `path-refused` before the
   * engine is asked, `platform-unsupported`, `engine-*`, `program-output` and `content-*` when what the engine hands out
   * is not what it has built, `interrupted` once the engine builds no more. The layout then names nothing new
   */
  build(
    request: BuildRequest,
    into: Layout,
    onLine: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<BuiltImage>;
}

export interface BuildRequest {
  /** Absolute paths on this machine. */
  readonly dockerfile: string;
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target: string | undefined;
  /** Undefined: the engine's own. */
  readonly platform: Platform | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  readonly manifest: Digest;
  readonly platform: Platform;
  /** `docker 20.10.24 (BuildKit)` or the like. */
  readonly builtBy: string;
}
