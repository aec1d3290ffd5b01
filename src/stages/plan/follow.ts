import type { Mention } from '../../model/mention.ts';
import { isTag, type Reference } from '../../model/reference.ts';
import type { NamePolicy } from './name-policy.ts';

/**
 * The name with the tag whose image a mention wants: the tag that a rule says, else the one that is written, else the one
 * that a comment beside the digest tells, else `latest`. Undefined: pinned by digest alone, it follows nothing.
 */
export function followed(mention: Mention, policy: NamePolicy): Reference | undefined {
  const { meaning, note } = mention;
  if (meaning.kind !== 'image') return undefined;
  const { digest, tag, ...name } = meaning.reference;
  const noted = note?.means !== undefined && isTag(note.means) ? note.means : undefined;
  const wanted = policy.follow ?? tag ?? noted ?? (digest === undefined ? 'latest' : undefined);
  return wanted === undefined ? undefined : { ...name, tag: wanted };
}
