import { canonicalJson } from '../base/canonical-json.ts';
import type { CommitContent, Signature } from './commit.ts';
import { digestHex, digestOf } from './digest.ts';

/**
 * How we know the commits that we made: the last line of their message is a trailer that seals all that a commit says, its
 * tree, its parents, its people and its message. A commit that a person amended, rebased or reworded has the trailer still,
 * and no longer fits it. It is no signature: it protects people's work from us, and nothing from people.
 */
const trailer = 'Lockkeeper-Seal';

const sealed = new RegExp(String.raw`^([\s\S]*\n)${trailer}: ([0-9a-f]{64})\n?$`);

/** The commit with its seal as the last line of its message. */
export function sealCommit(content: CommitContent): CommitContent {
  const text = content.message.trimEnd();
  const last = text.slice(text.lastIndexOf('\n\n') + 1).trim();
  const isTrailers = text.includes('\n\n') && last.split('\n').every((line) => /^[\w-]+: \S/.test(line));
  const body = `${text}${isTrailers ? '\n' : '\n\n'}`;
  return { ...content, message: `${body}${trailer}: ${sealOf(content, body)}\n` };
}

/** Whether we made a commit, and nobody changed it since. */
export function isOurs(content: CommitContent): boolean {
  const [, body, seal] = sealed.exec(content.message) ?? [];
  return body !== undefined && seal === sealOf(content, body);
}

function sealOf({ tree, parents, author, committer }: CommitContent, body: string): string {
  const plain = ({ name, mail, at }: Signature): Record<string, string> => ({ name, mail, at });
  const said = { tree, parents, author: plain(author), committer: plain(committer), body };
  return digestHex(digestOf(canonicalJson(said)));
}
