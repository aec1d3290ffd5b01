import type { Span } from '../../../base/text-position.ts';
import type { YamlNode } from '../../../base/yaml-node.ts';
import type { Mention, MentionSyntax } from '../../../model/mention.ts';
import { dockerfileMentions } from '../finders/dockerfile.ts';
import type { SourceText } from '../source-text.ts';
import { spell } from '../text/spell.ts';
import { bodyIn } from './nodes.ts';

/** A block of text within a file: who holds it, and below which key. */
export interface Block {
  readonly syntax: MentionSyntax;
  readonly owner: string;
  readonly key: string;
}

const image = /^[ \t]*(?:-[ \t]+)?["']?(?:[\w-]*[iI]mage)["']?[ \t]*:[ \t]*["']?([^\s"'#,{}[\]]+)/gm;

/** Files within a block of text: a Dockerfile where the key says so, and lines of YAML or JSON that say `image: name`. */
export function embeddedMentions(
  source: SourceText,
  node: YamlNode,
  { syntax, owner, key }: Block,
): readonly Mention[] {
  const span = bodyIn(source, node);
  if (span === undefined) return [];
  if (/dockerfile/i.test(key)) return dockerfileMentions(source.only(span), syntax);
  return imageLines(source, span, { syntax, owner });
}

/** Lines of YAML or JSON within a text of another format. */
export function imageLines(
  source: SourceText,
  span: Span,
  { syntax, owner }: Pick<Block, 'syntax' | 'owner'>,
): readonly Mention[] {
  const body = source.slice(span);
  if (!/image/i.test(body)) return [];
  const isManifest = /^[ \t]*(?:-[ \t]*)?(?:apiVersion|containers):/m.test(body);
  return Array.from(body.matchAll(image)).flatMap(({ 0: whole, 1: name = '', index }) => {
    const end = span.start + index + whole.length;
    const at = { start: end - name.length, end };
    return spell({
      source,
      span: at,
      syntax,
      owner,
      dialect: 'mustache',
      sure: isManifest ? 'name' : 'likely',
    });
  });
}
