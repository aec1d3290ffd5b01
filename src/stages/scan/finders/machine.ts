import type { Span } from '../../../base/text-position.ts';
import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { spell } from '../text/spell.ts';

/**
 * Images of virtual machines, by what clouds call them: AMI ids, images and families of Google's clouds, Azure's
 * publisher, offer, SKU and version, in one text or in four keys, and what a simplestreams server is asked for.
 */
export const machine: Finder = {
  find: (source) => ({
    mentions: [
      ...named(source, /\bami-[0-9a-f]{8}(?:[0-9a-f]{9})?\b/g, 'AMI'),
      ...named(source, /\bprojects\/[\w-]+\/global\/images\/(?:family\/)?[\w-]+/g, 'image'),
      ...named(
        source,
        /(?<=--image-family[= ]["']?|\bimage_?family["']?[ \t]{0,9}[:=][ \t]{0,9}["']?)[a-z][\w-]+/gi,
        'image family',
      ),
      ...named(
        source,
        /(?<=--image[= ]["']?|\burn["']?[ \t]{0,9}[:=][ \t]{0,9}["']?)[\w.-]+:[\w.-]+:[\w.-]+:(?:latest|\d[\w.-]*)/gi,
        'image',
      ),
      ...named(
        source,
        /(?<=\b(?:lxc|incus)[ \t]{1,9}(?:launch|init|image[ \t]{1,9}copy)[ \t]{1,9})[a-z][\w-]*:[\w./-]+/g,
        'simplestreams',
      ),
      ...streams(source),
      ...references(source),
    ],
    faults: [],
  }),
};

function named(source: SourceText, pattern: RegExp, owner: string): readonly Mention[] {
  return Array.from(source.text.matchAll(pattern)).flatMap(({ 0: text, index }) =>
    at(source, { start: index, end: index + text.length }, owner),
  );
}

function at(source: SourceText, span: Span, owner: string): readonly Mention[] {
  return spell({ source, span, syntax: 'machine', owner, sure: 'vm' });
}

/** `alias: debian/12` near the word that names the protocol. */
function streams(source: SourceText): readonly Mention[] {
  if (!source.text.includes('simplestreams')) return [];
  return named(source, /(?<=\balias["']?[ \t]{0,9}[:=][ \t]{0,9}["']?)[\w][\w./:-]*/g, 'simplestreams');
}

const key = /\b(publisher|offer|sku|version)["']?[ \t]{0,9}[:=][ \t]{0,9}["']?([\w.-]+)/gi;
// Four keys of one image stand this near to each other, whatever the order.
const nearMax = 120;

/** Azure's image reference, whose version is what moves; its place is the mention's. */
function references(source: SourceText): readonly Mention[] {
  const found: Mention[] = [];
  let group = new Map<string, Span>();
  let end = -nearMax;
  for (const match of source.text.matchAll(key)) {
    const [whole, name = '', value = ''] = match;
    const kind = name.toLowerCase();
    if (match.index - end > nearMax || group.has(kind)) group = new Map();
    end = match.index + whole.length;
    group.set(kind, { start: end - value.length, end });
    const version = group.get('version');
    if (group.size < 4 || version === undefined) continue;
    const parts = ['publisher', 'offer', 'sku'].map((part) => {
      const span = group.get(part);
      return span === undefined ? '' : source.slice(span);
    });
    found.push(...at(source, version, parts.join(':')));
    group = new Map();
  }
  return found;
}
