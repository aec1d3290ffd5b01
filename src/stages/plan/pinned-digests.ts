import type { Digest } from '../../model/digest.ts';
import type { Mention } from '../../model/mention.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import { followed, namedAs } from './follow.ts';
import type { NamePolicy } from './name-policy.ts';

/** For each name that is followed: to which digests its mentions are pinned, and how many of them to each. */
export type PinnedDigests = ReadonlyMap<string, ReadonlyMap<Digest, number>>;

export function pinnedDigests(
  mentions: readonly Mention[],
  policyOf: (reference: Reference) => NamePolicy,
): PinnedDigests {
  const names = new Map<string, Map<Digest, number>>();
  for (const mention of mentions) {
    if (mention.meaning.kind !== 'image') continue;
    const { reference } = mention.meaning;
    const follows = followed(mention, policyOf(namedAs(mention, reference)));
    if (follows === undefined || reference.digest === undefined) continue;
    const name = formatReference(follows);
    const digests = names.get(name) ?? new Map<Digest, number>();
    names.set(name, digests.set(reference.digest, (digests.get(reference.digest) ?? 0) + 1));
  }
  return names;
}
