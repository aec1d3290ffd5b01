/**
 * Gives out names that lockkeeper.yaml takes, each once, also where letter case and signs do not count: a placeholder for
 * an image is made from each.
 */
export class NameBook {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    const base = slug(wanted);
    let name = base;
    for (let number = 2; this.#taken.has(plainWord(name)); number += 1) name = `${base}-${number}`;
    this.#taken.add(plainWord(name));
    return name;
  }
}

function slug(text: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 50)
    .replace(/[^A-Za-z0-9]+$/, '');
  return plain === '' ? 'unnamed' : plain;
}

/** A name as a part of an image's: lower-case letters and digits, with `-` between them. */
export function plainWord(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
