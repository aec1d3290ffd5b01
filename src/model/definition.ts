import type { UserPattern } from './config-scan.ts';
import type { Digest } from './digest.ts';
import type { EngineKind } from './engine.ts';
import type { Hold } from './hold.ts';
import type { PinPolicy } from './pin-policy.ts';
import type { NoiseRule } from './noise.ts';
import type { Platform } from './platform.ts';
import type { PlatformSource } from './platform-profile.ts';
import type { Reference } from './reference.ts';
import type { Rule } from './rule.ts';
import type { Suite } from './suite.ts';
import type { UpdateSettings } from './update-settings.ts';
import type { Waiver } from './waiver.ts';

/** lockkeeper.yaml after reading: all defaults filled in, all names checked, all paths relative to `directory`. */
export interface Config {
  /** The file, as it was named. */
  readonly file: string;
  /** Folder of the file, absolute; paths in the file are relative to it. */
  readonly directory: string;
  readonly images: readonly ImageDefinition[];
  readonly suites: readonly Suite[];
  readonly gate: GateSettings;
  readonly scan: ScanSettings;
  /** Differences that do not count when images are compared, beside those that are always known. */
  readonly noise: readonly NoiseRule[];
  readonly pins: PinPolicy;
  /** What the platforms build with that deploy the repository. */
  readonly platforms: readonly PlatformSource[];
  readonly update: UpdateSettings;
  /** Hosts that belong to a registry although they are called otherwise, by the registry. */
  readonly companions: Readonly<Record<string, readonly string[]>>;
  readonly waivers: readonly Waiver[];
  readonly holds: readonly Hold[];
  /** Digest over everything that can change a verdict: suites, gate parameters, which suites guard which image, waivers. */
  readonly policy: Digest;
}

/** What `scan` looks for beside the spellings that it knows. */
export interface ScanSettings {
  readonly patterns: readonly UserPattern[];
}

export interface ImageDefinition {
  readonly name: string;
  /** The name that is in use now; resolved once a gate. */
  readonly baseline: Reference;
  readonly origin: ImageOrigin;
  /** Names of the suites that guard it, at least one. */
  readonly suites: readonly [string, ...string[]];
  /** Tags that move to the candidate. */
  readonly promote: readonly Reference[];
}

export type ImageOrigin =
  | {
      readonly kind: 'build';
      /** Relative to the config's folder. */
      readonly dockerfile: string;
      readonly context: string;
      readonly args: Readonly<Record<string, string>>;
      readonly target: string | undefined;
      /** Empty: the engine's own. */
      readonly platforms: readonly Platform[];
    }
  /** Somebody else builds it; the name is resolved when the bundle is made. */
  | { readonly kind: 'ready'; readonly reference: Reference }
  /** Files of the repository pin its baseline's name to a digest; `update` proposes what that name stands for now. */
  | { readonly kind: 'pinned' }
  | PlatformOrigin;

/** The lifecycle of a deployment platform builds it, in the platform's own builder. */
export interface PlatformOrigin {
  readonly kind: 'platform';
  /** Name of a platform of the config. */
  readonly platform: string;
  /** Undefined: the one that deploys. */
  readonly channel: string | undefined;
  /** Folder of the application, relative to the config's. */
  readonly source: string;
  readonly network: 'none' | 'default';
}

export interface GateSettings {
  readonly engine: EngineKind | undefined;
  readonly rule: Rule;
  /** Both sides at the same time; they then share the machine. */
  readonly parallel: boolean;
  readonly memoryBytes: number;
  /** Undefined: all of the machine's. */
  readonly cpus: number | undefined;
  readonly pids: number;
  readonly diskBytes: number;
  /** Folder in which gates leave what later ones may use, relative to the config's; undefined: none. */
  readonly ledger: string | undefined;
  /** How old a run on the baseline may be to be used again. */
  readonly reuseMs: number;
}
