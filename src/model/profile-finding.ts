import type { Digest } from './digest.ts';

/** Something to know of a platform's channels; none of them stops a build today. Days are `2026-12-31`, UTC. */
export type ProfileFinding =
  | { readonly kind: 'same-digest'; readonly channels: readonly string[]; readonly digest: Digest }
  | { readonly kind: 'expired'; readonly channel: string; readonly until: string; readonly days: number }
  | { readonly kind: 'ci-differs'; readonly ci: string; readonly deploys: readonly string[] }
  | {
      readonly kind: 'behind';
      readonly channel: string;
      readonly buildpacks: readonly LateBuildpack[];
    }
  | { readonly kind: 'not-told'; readonly channel: string; readonly what: string; readonly message: string };

export interface LateBuildpack {
  readonly id: string;
  readonly have: string;
  readonly offered: string;
  /** When the first newer version came out of which the data says something new; undefined: the data does not tell. */
  readonly since: string | undefined;
  readonly days: number | undefined;
}
