import { visible } from '../../base/text.ts';

/** A piece of HTML. It can only be made by {@link html}, which escapes every value, and by {@link fixed}. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** Values are escaped, lists joined, `undefined` is nothing. Attribute values have to stand in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, index) => `${text}${contentText(values[index - 1])}${part}`));
}

/** Our own text, such as a style sheet, which is HTML already. Never for anything from outside. */
export function fixed(text: string): Markup {
  return new Markup(text);
}

function contentText(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string')
    return visible(content).replace(/[&<>"']/g, (character) => names[character] ?? '');
  if (content instanceof Markup) return content.toString();
  return content.map(contentText).join('');
}

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
