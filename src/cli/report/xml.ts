import { inert, visible } from '../../base/text.ts';

/** An XML element as text. Attributes and text are escaped here and nowhere else. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const start = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? value : attributeText(value)}"`)
    .join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`;
}

/** Character data. What XML 1.0 forbids (control characters, lone surrogates, non-characters) is shown as an escape. */
export function xmlText(text: string): string {
  return inert(visible(text)).replace(/[&<>]/g, reference);
}

/** Newlines and tabs are written as references: a parser would make spaces of them. */
function attributeText(text: string): string {
  return inert(visible(text)).replace(/[&<>"'\n\t]/g, reference);
}

const names: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function reference(character: string): string {
  return names[character] ?? `&#${character.codePointAt(0) ?? 0xfffd};`;
}
