import type { FoundPin, PinFile } from './pin-file.ts';

const rubyLine = /^[ \t]*ruby\b[ \t(]*((?:["'][^"'\n]*["'][ \t,]*)+)/gm;

/**
 * `ruby "~> 3.3"` of a Gemfile, which is a program: what it computes is not seen, and what `ruby file: ".ruby-version"`
 * means stands in that file.
 */
export const gemfile: PinFile = {
  names: ['Gemfile'],
  runtimes: ['ruby'],
  read: (text) => ({
    pins: [...text.matchAll(rubyLine)].flatMap(
      ({ 0: whole, 1: written = '', index }): readonly FoundPin[] => {
        const quoted = [...written.matchAll(/(["'])([^"'\n]*)\1/g)];
        const [first] = quoted;
        const last = quoted.at(-1);
        if (first === undefined || last === undefined) return [];
        const base = index + whole.length - written.length;
        const start = base + first.index + 1;
        const end = base + last.index + last[0].length - 1;
        const range = quoted.map(([, , version = '']) => version.trim()).join(', ');
        return [{ runtime: 'ruby', text: range, grammar: 'ruby', field: 'ruby', span: { start, end } }];
      },
    ),
    faults: [],
  }),
};

/** What Bundler wrote down: the Ruby that resolved the gems, and Bundler itself. */
export const gemfileLock: PinFile = {
  names: ['Gemfile.lock'],
  runtimes: ['ruby', 'bundler'],
  read: (text) => ({
    pins: [
      ...lockPin(text, /^RUBY VERSION\r?\n[ \t]+ruby ([0-9][0-9.]*)(?:p-?[0-9]+)?/m, 'ruby', 'RUBY VERSION'),
      ...lockPin(text, /^BUNDLED WITH\r?\n[ \t]+([0-9][^\s]*)/m, 'bundler', 'BUNDLED WITH'),
    ],
    faults: [],
  }),
};

function lockPin(
  text: string,
  pattern: RegExp,
  runtime: 'ruby' | 'bundler',
  field: string,
): readonly FoundPin[] {
  const match = pattern.exec(text);
  const version = match?.[1];
  if (match === null || version === undefined) return [];
  const start = match.index + match[0].indexOf(version, field.length);
  return [{ runtime, text: version, grammar: 'exact', field, span: { start, end: start + version.length } }];
}
