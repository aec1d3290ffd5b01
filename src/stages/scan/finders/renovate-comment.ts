import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { splitMention } from '../text/split.ts';

const comment = /renovate:[^\n]{0,300}\bdatasource=docker\b[^\n]{0,300}/g;

/** `# renovate: datasource=docker depName=name` with the tag in the line below it, or before it on its own line. */
export const renovateComment: Finder = {
  find: (source) => ({
    mentions: Array.from(source.text.matchAll(comment)).flatMap((match) => mentionAt(source, match)),
    faults: [],
  }),
};

function mentionAt(source: SourceText, match: RegExpExecArray): readonly Mention[] {
  const [whole] = match;
  const [head, name] = /\b(?:packageName|depName|lookupName)=(\S+)/.exec(whole) ?? [];
  if (head === undefined || name === undefined) return [];
  const end = match.index + whole.indexOf(head) + head.length;
  const repository = { start: end - name.length, end };
  const own = source.lineAt(match.index);
  const before = own.text
    .slice(0, Math.max(0, match.index - own.start))
    .replace(/\s*(?:#|\/\/|--|<!--)\s*$/, '');
  const next = match.index + whole.length + 1;
  const line =
    before.trim() === ''
      ? source.lineAt(Math.min(next, source.text.length))
      : { text: before, start: own.start };
  // The tag is the value of the line; a digest may follow it.
  const [found, tag, digest] =
    /[:=]\s{0,20}["']?v?([\w][\w.-]{0,127})(?:@(sha256:[0-9a-f]{64}))?["']?[\s,;]{0,9}$/.exec(
      line.text.slice(-600).trimEnd(),
    ) ?? [];
  if (found === undefined || tag === undefined) return [];
  const offset = line.start + Math.max(0, line.text.length - 600);
  const at = offset + line.text.slice(-600).lastIndexOf(found) + found.indexOf(tag);
  const tagSpan = { start: at, end: at + tag.length };
  const digestSpan =
    digest === undefined ? undefined : { start: tagSpan.end + 1, end: tagSpan.end + 1 + digest.length };
  const owner = /([A-Za-z_][\w.-]*)["']?\s{0,9}[:=]+[^:=]*$/.exec(line.text.slice(-600))?.[1] ?? 'renovate';
  return splitMention({
    source,
    syntax: 'renovate-comment',
    owner,
    repository,
    tag: tagSpan,
    digest: digestSpan,
  });
}
