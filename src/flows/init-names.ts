/** Gives out names that lockkeeper.yaml takes, each once. */
export class NameBook {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    const base = slug(wanted);
    let name = base;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${base}-${number}`;
    this.#taken.add(name);
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
