import { isImageKey } from './keys.ts';
import { isLikelyName } from './looks.ts';
import type { ShellLine, ShellWord } from './shell-words.ts';

/** The first words that are neither options nor their values. */
export function operands(words: ShellLine, flags: RegExp, countMax: number): ShellLine {
  const found: ShellWord[] = [];
  for (let at = 0; at < words.length && found.length < countMax; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const { text } = word;
    if (text === '--' || isOptions(text, words.slice(at + 1))) continue;
    if (!text.startsWith('-') || text === '-') found.push(word);
    else if (!text.includes('=') && !flags.test(text) && !/^-\w\S/.test(text)) at += 1;
  }
  return found;
}

/** A variable, or a command's output, that holds options: it says so, or something that can only be the image follows. */
function isOptions(text: string, rest: ShellLine): boolean {
  if (!/^\$(?:\w+|\{[^{}]*\}|\([^()]*\))$/.test(text)) return false;
  if (/\[[@*]\]\}$|:\+|(?:opts?|args|flags?|options?|params?|volumes?|mounts?)[)}]?$/i.test(text))
    return true;
  const next = rest.find((word) => !word.text.startsWith('-'))?.text ?? '';
  return !isImageKey(text.replaceAll(/\W/g, '')) && isLikelyName(next) && !/^[\d.]*:/.test(next);
}
