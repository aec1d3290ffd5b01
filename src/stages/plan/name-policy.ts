import { compileGlob } from '../../model/glob.ts';
import type { Hold } from '../../model/hold.ts';
import type { PinPolicy } from '../../model/pin-policy.ts';
import type { Platform } from '../../model/platform.ts';
import { nameSpellings, type Reference } from '../../model/reference.ts';

/** What the policy says of one name. */
export interface NamePolicy {
  readonly isLeft: boolean;
  readonly isAllowed: boolean;
  readonly follow: string | undefined;
  readonly cooldownMs: number;
  readonly platforms: readonly Platform[];
  /** Whether or not their days have passed. */
  readonly holds: readonly Hold[];
}

/** The policy of each name; its globs are compiled once. */
export function namePolicies(policy: PinPolicy): (reference: Reference) => NamePolicy {
  const compile = (glob: string): ((text: string) => boolean) => compileGlob(glob, 'path');
  const leave = policy.leave.map(compile);
  const allowed = policy.allowed.map(compile);
  const holds = policy.holds.map(({ name, hold }) => ({ hold, matches: compile(name) }));
  const images = policy.images.map((rule) => ({ rule, matches: compile(rule.name) }));
  return (reference) => {
    const spellings = nameSpellings(reference);
    const isAny = (globs: readonly ((text: string) => boolean)[]): boolean =>
      globs.some((matches) => spellings.some(matches));
    const rules = images.filter(({ matches }) => spellings.some(matches)).map(({ rule }) => rule);
    return {
      isLeft: isAny(leave),
      isAllowed: allowed.length === 0 || isAny(allowed),
      follow: rules.find(({ follow }) => follow !== undefined)?.follow,
      cooldownMs: rules.find(({ cooldownMs }) => cooldownMs !== undefined)?.cooldownMs ?? policy.cooldownMs,
      platforms: rules.find(({ platforms }) => platforms !== undefined)?.platforms ?? policy.platforms,
      holds: holds.filter(({ matches }) => spellings.some(matches)).map(({ hold }) => hold),
    };
  };
}
