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
  | { readonly kind: 'ready'; readonly reference: string; readonly resolvedAt: string };
