import { clip, plural } from '../../../base/text.ts';

/** What engines refuse, leave out, or ought not to meet. */
const sentences = {
  outside: (count: number) =>
    `${plural(count, 'name leads', 'names lead')} out of the image; engines refuse the layer`,
  absolute: (count: number) =>
    `${plural(count, 'name begins', 'names begin')} with a slash; engines take it away`,
  whiteout: (count: number) => `${plural(count, 'whiteout names', 'whiteouts name')} nothing`,
  'hard-link': (count: number) => `${plural(count, 'hard link leads', 'hard links lead')} out of the image`,
  link: (count: number) => `${plural(count, 'link leads', 'links lead')} above the root`,
  device: (count: number) => plural(count, 'device'),
  fifo: (count: number) => plural(count, 'named pipe'),
  other: (count: number) => `${plural(count, 'file')} of a kind that nobody knows`,
  facts: (count: number) =>
    `${plural(count, 'file')} that may tell of packages came after too much of that kind`,
  rest: () => 'other bytes follow the end of the archive',
} as const satisfies Record<string, (count: number) => string>;

type Oddity = keyof typeof sentences;

/** Counts what is odd about a layer, with one example of each kind. */
export class Oddities {
  readonly #seen = new Map<Oddity, { count: number; readonly example: string }>();

  note(oddity: Oddity, example: string): void {
    const seen = this.#seen.get(oddity);
    if (seen === undefined) this.#seen.set(oddity, { count: 1, example: clip(example, exampleCharsMax) });
    else seen.count += 1;
  }

  sentences(): readonly string[] {
    return [...this.#seen].map(([oddity, { count, example }]) => {
      const said = sentences[oddity](count);
      return example === '' ? said : `${said}: ${JSON.stringify(example)}${count === 1 ? '' : ' and others'}`;
    });
  }
}

const exampleCharsMax = 200;
