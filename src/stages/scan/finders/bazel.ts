import type { Span } from '../../../base/text-position.ts';
import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { withoutComments } from '../text/comments.ts';
import { splitMention } from '../text/split.ts';

/** `oci.pull`, `oci_pull` and `container_pull` of Bazel, whose name, tag and digest are arguments of their own. */
export const bazel: Finder = {
  find: (source) => {
    const text = withoutComments(source.text, 'hash');
    const calls = text.matchAll(
      /\b((?:\w+\.)?pull|oci_pull|container_pull|container_image_pull|docker_pull)\s{0,20}\(([^()]{0,4000})\)/g,
    );
    return { mentions: Array.from(calls, (call) => mentionOf(source, call)).flat(), faults: [] };
  },
};

function mentionOf(source: SourceText, call: RegExpExecArray): readonly Mention[] {
  const [whole, rule = '', body = ''] = call;
  const offset = call.index + whole.length - 1 - body.length;
  const argument = (name: string): Span | undefined => {
    const [head, value] =
      new RegExp(`(?:^|[\\s,])${name}\\s{0,20}=\\s{0,20}["']([^"'\\n]*)`).exec(body) ?? [];
    if (head === undefined || value === undefined) return undefined;
    const end = offset + body.indexOf(head) + head.length;
    return { start: end - value.length, end };
  };
  const repository = argument('image') ?? argument('repository');
  if (repository === undefined) return [];
  const name = argument('name');
  const owner = name === undefined ? rule : `${rule} ${source.slice(name)}`;
  return splitMention({
    source,
    syntax: 'bazel',
    owner,
    registry: argument('registry'),
    repository,
    tag: argument('tag'),
    digest: argument('digest'),
  });
}
