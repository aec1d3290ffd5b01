import type { Failure } from '../base/failure.ts';
import type { BuilderFacts } from './builder-facts.ts';
import type { Digest } from './digest.ts';
import type { ImageSource } from './image-source.ts';
import type { ImageConfig, ImageManifest } from './manifest.ts';
import type { Platform } from './platform.ts';
import type { Reference } from './reference.ts';

/** What a deployment platform says it builds with: data that a person wrote, nothing of it looked up yet. */
export interface PlatformProfile {
  readonly name: string;
  /** In the order in which they are written; at least one. */
  readonly channels: readonly PlatformChannel[];
  /** Names of the channels that deploy; a pin has to work on all of them. At least one. */
  readonly deploys: readonly string[];
  /** Name of the channel that CI builds with, where CI builds at all. */
  readonly ci: string | undefined;
}

/** A builder that the platform offers, such as its default one and its latest one. */
export interface PlatformChannel {
  readonly name: string;
  readonly builder: Named<Reference>;
  /** Undefined: the one that the builder's own label names. */
  readonly runImage: Named<Reference> | undefined;
  /** The last day on which the platform offers the channel. */
  readonly validUntil: Named<string> | undefined;
  /** Put in front of every group of the builder's order, in this order. */
  readonly before: readonly InjectedBuildpack[];
  /** Put behind every group of the builder's order, in this order. */
  readonly after: readonly InjectedBuildpack[];
  /** What the platform sets for the build (platform spec, "User-Provided Variables"). */
  readonly env: Readonly<Record<string, string>>;
  /** The Platform API that the platform speaks to the lifecycle, such as `0.12`; undefined: the newest both know. */
  readonly platformApi: string | undefined;
  readonly limits: BuildLimits;
  /** The builder that the platform copies or follows, to tell how far behind it is. */
  readonly upstream: Named<Reference> | undefined;
}

/** A value itself, or the place in a document where the platform's own people write it. */
export type Named<T> =
  | { readonly kind: 'value'; readonly value: T }
  | {
      readonly kind: 'rule';
      /** Absolute path, or an https URL. */
      readonly document: string;
      /** What the document has to be; undefined: whatever it is today. */
      readonly digest: Digest | undefined;
      /** Keys and indexes from the root, such as `['config', 'builder']`. */
      readonly at: readonly string[];
    };

/** A buildpack that the platform adds to the builder's own. */
export interface InjectedBuildpack {
  readonly id: string;
  readonly version: string | undefined;
  /** A failed detection does not fail the group. */
  readonly optional: boolean;
  readonly from: InjectedOrigin;
}

export type InjectedOrigin =
  /** It is in the builder already; only the order gets it. */
  | { readonly kind: 'builder' }
  /** A buildpackage image. */
  | { readonly kind: 'image'; readonly reference: Reference }
  /** A folder with buildpack.toml; absolute. */
  | { readonly kind: 'folder'; readonly path: string };

/** What a build may use on the platform; undefined: nobody says. */
export interface BuildLimits {
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
  readonly diskBytes: number | undefined;
  readonly timeMs: number | undefined;
}

/** Where a profile stands: in lockkeeper.yaml itself, or in a file that several repositories share. */
export type PlatformSource =
  | { readonly kind: 'own'; readonly profile: PlatformProfile }
  | {
      readonly kind: 'shared';
      readonly name: string;
      /** Absolute path, or an https URL. */
      readonly document: string;
      /** Undefined: a file of the same repository, or a URL that holds a commit. */
      readonly digest: Digest | undefined;
      /** Takes the place of what the file says, since each repository has its own CI. */
      readonly ci: string | undefined;
    };

/** A profile at one instant: every name was looked up once, and from here on only digests travel. */
export interface ResolvedProfile {
  readonly name: string;
  /** For which processor the builders were chosen. */
  readonly platform: Platform;
  readonly channels: readonly ResolvedChannel[];
  /** Channels whose builder could not be had; nothing is known of them. */
  readonly failed: readonly FailedChannel[];
  readonly deploys: readonly string[];
  readonly ci: string | undefined;
  /** ISO 8601, UTC. */
  readonly resolvedAt: string;
}

export interface FailedChannel {
  readonly name: string;
  readonly failure: Failure;
}

export interface ResolvedChannel {
  readonly channel: PlatformChannel;
  readonly builder: ResolvedBuilder;
  /** Undefined where neither channel nor builder names one, or it cannot be had; `troubles` says which. */
  readonly runImage: ResolvedImage | undefined;
  readonly upstream: ResolvedBuilder | undefined;
  /** A day such as `2026-12-31`, UTC. */
  readonly validUntil: string | undefined;
  /** What could not be looked up beside the builder. */
  readonly troubles: readonly ChannelTrouble[];
}

export interface ChannelTrouble {
  readonly what: 'run image' | 'upstream' | 'valid-until';
  readonly failure: Failure;
}

export interface ResolvedImage {
  readonly source: ImageSource;
  /** What the name stood for: the digest of a manifest or an index. */
  readonly digest: Digest;
}

/** A builder image of one platform, with what its labels say. */
export interface ResolvedBuilder extends ResolvedImage {
  /** Of the platform that was chosen; its digest is `digest` itself where that names no index. */
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly facts: BuilderFacts;
}
