import type { Span } from '../../../base/text-position.ts';
import type { YamlNode } from '../../../base/yaml-node.ts';

/** A private character: nothing to YAML, and in no file that people write. */
const filler = '\ue000';

/**
 * `{{ … }}` becomes characters that mean nothing to YAML; a line that holds nothing else, such as Helm's
 * `{{- if … }}`, becomes empty. The length stays.
 */
export function withoutTemplates(text: string): string {
  if (!text.includes('{{')) return text;
  const parts: string[] = [];
  let done = 0;
  for (let open = text.indexOf('{{'); open !== -1;) {
    const close = text.indexOf('}}', open);
    if (close === -1) break;
    const end = close + 2;
    const instead = isAlone(text, open, end) ? ' ' : filler;
    parts.push(text.slice(done, open), text.slice(open, end).replaceAll(/[^\r\n]/g, instead));
    done = end;
    open = text.indexOf('{{', end);
  }
  parts.push(text.slice(done));
  return parts.join('');
}

function isAlone(text: string, start: number, end: number): boolean {
  // Looking at a few characters is enough: nobody indents deeper.
  const before = text.slice(Math.max(0, start - 200), start);
  const after = text.slice(end, end + 200);
  return /(?:^|\n)[ \t]*$/.test(before) && /^[ \t]*\r?(?:\n|$)/.test(after);
}

/** The tree with its templates as they stand in the text. */
export function withTemplates(root: YamlNode, text: string, masked: string): YamlNode {
  if (text === masked) return root;
  return new Restorer(text, masked).restore(root);
}

class Restorer {
  readonly #text: string;
  readonly #masked: string;
  readonly #done = new Map<YamlNode, YamlNode>();

  constructor(text: string, masked: string) {
    this.#text = text;
    this.#masked = masked;
  }

  restore(node: YamlNode): YamlNode {
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    const made = this.#made(node);
    this.#done.set(node, made);
    return made;
  }

  #made(node: YamlNode): YamlNode {
    switch (node.kind) {
      case 'map':
        return {
          ...node,
          entries: node.entries.map(({ key, keySpan, value }) => ({
            key: key.includes(filler) ? this.#text.slice(keySpan.start, keySpan.end) : key,
            keySpan,
            value: this.restore(value),
          })),
        };
      case 'list':
        return { ...node, items: node.items.map((item) => this.restore(item)) };
      case 'scalar': {
        if (!node.source.includes(filler)) return node;
        const value = typeof node.value === 'string' ? this.#filled(node.value, node.span) : node.value;
        return { ...node, value, source: this.#filled(node.source, node.span) };
      }
    }
  }

  #filled(value: string, { start, end }: Span): string {
    const runs = Array.from(this.#masked.slice(start, end).matchAll(/\ue000+/g), ({ 0: run, index }) =>
      this.#text.slice(start + index, start + index + run.length),
    );
    return value.replaceAll(/\ue000+/g, (run) => runs.shift() ?? run);
  }
}
