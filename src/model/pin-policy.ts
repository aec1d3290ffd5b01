import type { NameHold } from './hold.ts';
import type { Platform } from './platform.ts';

/** What lockkeeper.yaml says of pins: which names are pinned, what they follow, and when they may move. */
export interface PinPolicy {
  /** Globs over names as they are spelled out (`docker.io/library/node:22`): never pinned, never a finding. */
  readonly leave: readonly string[];
  /** Globs over registries and repositories (`ghcr.io/our-team/*`) that may be used; empty: all. */
  readonly allowed: readonly string[];
  /** How long a digest has to be known before a pin moves to it; 0: not at all. */
  readonly cooldownMs: number;
  /** Platforms that somebody uses: what changes on others only is no update. Empty: all. */
  readonly platforms: readonly Platform[];
  /** Rules for some names; of those that match, the first that says something counts. */
  readonly images: readonly ImagePolicy[];
  /** What persons hold, ended or not, in the order of lockkeeper.yaml. */
  readonly holds: readonly NameHold[];
  readonly severities: PinSeverities;
}

export interface ImagePolicy {
  /** Glob over names as they are spelled out, with or without their tag. */
  readonly name: string;
  /** The tag to follow in place of the one that is written. */
  readonly follow: string | undefined;
  readonly cooldownMs: number | undefined;
  readonly platforms: readonly Platform[] | undefined;
}

/** What `check` has to say of a mention or a file. */
export const pinFindingKinds = [
  'dead',
  'absent',
  'not-allowed',
  'hold-expired',
  'drifted',
  'unpinned',
  'one-platform',
  'backwards',
  'stale',
  'denied',
  'unreachable',
  'unresolved',
  'not-read',
] as const;

export type PinFindingKind = (typeof pinFindingKinds)[number];

/** `error`: it counts, and `check` ends with status 3. `warning`: it is shown. `off`: it is not. */
export type PinSeverity = 'error' | 'warning' | 'off';

export type PinSeverities = Readonly<Record<PinFindingKind, PinSeverity>>;

/**
 * What breaks somebody now, or what nobody decided, counts. What can be mended at leisure is shown, and so is what could
 * not be looked at: `check` then ends with the status of the registry's failure.
 */
export const defaultSeverities: PinSeverities = {
  dead: 'error',
  absent: 'error',
  'not-allowed': 'error',
  'hold-expired': 'error',
  drifted: 'error',
  unpinned: 'error',
  'one-platform': 'warning',
  backwards: 'warning',
  stale: 'warning',
  denied: 'warning',
  unreachable: 'warning',
  unresolved: 'warning',
  'not-read': 'warning',
};

export const defaultPinPolicy: PinPolicy = {
  leave: [],
  allowed: [],
  cooldownMs: 0,
  platforms: [],
  images: [],
  holds: [],
  severities: defaultSeverities,
};
