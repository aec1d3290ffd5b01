import { compareDigits, compareLists, compareTexts, type Order } from './order.ts';

/** Words that say that a version comes before the one without them, in their order. */
const before = ['dev', 'a', 'alpha', 'b', 'beta', 'm', 'milestone', 'pre', 'preview', 'rc', 'cr', 'snapshot'];
/** Words that say nothing. */
const silent = new Set(['final', 'ga', 'release', 'v']);

interface Token {
  readonly rank: number;
  readonly digits: string;
  readonly text: string;
}

/** Stands for the end of a version too, so that `1` and `1.0` are one version. */
const nothing: Token = { rank: 0, digits: '', text: '' };
const order: Order<Token> = (left, right) =>
  left.rank - right.rank || compareDigits(left.digits, right.digits) || compareTexts(left.text, right.text);

/** By numbers and words: words such as `rc` are before the end, others behind it, numbers behind those. */
export function compareGeneric(left: string, right: string): number {
  return compareLists(tokensOf(left, wordToken), tokensOf(right, wordToken), { order, missing: nothing });
}

/** `Gem::Version`: every letter makes a pre-release, and so does a dash. */
export function compareGem(left: string, right: string): number {
  const word = (text: string): Token => ({ rank: -1, digits: '', text });
  const tokens = (version: string): readonly Token[] => tokensOf(version.replaceAll('-', '.pre.'), word);
  return compareLists(tokens(left), tokens(right), { order, missing: nothing });
}

function tokensOf(version: string, word: (text: string) => Token): readonly Token[] {
  const tokens = version.match(/\d+|[A-Za-z]+/gu) ?? [];
  return tokens.map((text) => (/^\d/u.test(text) ? numberToken(text) : word(text)));
}

function numberToken(digits: string): Token {
  return /^0+$/u.test(digits) ? nothing : { rank: before.length, digits, text: '' };
}

function wordToken(written: string): Token {
  const text = written.toLowerCase();
  if (silent.has(text)) return nothing;
  const at = before.indexOf(text);
  return at === -1 ? { rank: 1, digits: '', text } : { rank: at - before.length, digits: '', text: '' };
}
