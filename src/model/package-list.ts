import type { Digest } from './digest.ts';
import type { Package } from './package.ts';

/** What is installed in an image, platform by platform. */
export interface PackageList {
  /** As the person named the image, in one spelling. */
  readonly name: string;
  /** Of the manifest or index that the name stands for. */
  readonly digest: Digest;
  readonly platforms: readonly PlatformPackages[];
  /** Sentences: what the person should know beside the image. */
  readonly notices: readonly string[];
}

export interface PlatformPackages extends InstalledList {
  readonly platform: string;
  readonly manifest: Digest;
}

export interface InstalledList {
  /** The distribution; undefined where no os-release says it. */
  readonly os: Package | undefined;
  /** All but the distribution: by ecosystem in the order of its table, then by name, version and place. */
  readonly packages: readonly Package[];
  /** What could not be read, and what is odd about the layers: sentences. */
  readonly findings: readonly string[];
}
