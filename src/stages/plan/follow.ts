import type { Mention } from '../../model/mention.ts';
import { isTag, type Reference } from '../../model/reference.ts';
import type { NamePolicy } from './name-policy.ts';

/**
 * The name with the tag whose image a mention wants: the tag that a rule says, else the one that is written, else the one
 * that a comment beside the digest tells, else `latest`. Undefined: pinned by digest alone, it follows nothing.
 */
export function followed(mention: Mention, policy: NamePolicy): Reference | undefined {
  const { meaning } = mention;
  if (meaning.kind !== 'image') return undefined;
  const { tag, digest: _, ...name } = namedAs(mention, meaning.reference);
  const wanted = policy.follow ?? tag;
  return wanted === undefined ? undefined : { ...name, tag: wanted };
}

/**
 * A mention's name as rules see it: with the tag that is written, else the one that a comment beside the digest tells, else
 * `latest`, which is what a name without tag and digest means.
 */
export function namedAs({ note }: Mention, reference: Reference): Reference {
  const { digest, tag, ...name } = reference;
  const noted = note?.means !== undefined && isTag(note.means) ? note.means : undefined;
  const means = tag ?? noted ?? (digest === undefined ? 'latest' : undefined);
  return means === undefined
    ? reference
    : { ...name, tag: means, ...(digest === undefined ? {} : { digest }) };
}
