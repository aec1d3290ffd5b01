import type { Digest } from './digest.ts';

/** The image proposed to replace another, by digest, with the inputs that made it. */
export interface Candidate {
  /** Name in lockkeeper.yaml. */
  readonly image: string;
  /** The index where there are several platforms, else the manifest. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly platforms: readonly CandidatePlatform[];
  readonly origin: CandidateOrigin;
}

export interface CandidatePlatform {
  readonly platform: string;
  readonly manifest: Digest;
}

export type CandidateOrigin =
  /** `inputs` covers Dockerfile, context files, arguments, target and platforms. */
  | { readonly kind: 'built'; readonly inputs: Digest; readonly builtBy: string; readonly startedAt: string }
  | { readonly kind: 'ready'; readonly reference: string; readonly resolvedAt: string }
  | PlatformBuild;

/** What a deployment platform's lifecycle built it of: the record of the builder. */
export interface PlatformBuild {
  readonly kind: 'platform';
  /** Names of lockkeeper.yaml. */
  readonly platform: string;
  readonly channel: string;
  /** `name@digest`: the images of the one processor that built. */
  readonly builder: string;
  readonly runImage: string;
  readonly platformApi: string;
  /** As the builder's label says; undefined where it does not. */
  readonly lifecycle: string | undefined;
  /** Those that took part, in their order, as `id@version`. */
  readonly buildpacks: readonly string[];
  /** Over builder, run image, order, environment, API and all files of the application. */
  readonly inputs: Digest;
  readonly builtBy: string;
  readonly startedAt: string;
}
