import { statedLines, wordsOf } from './lines.ts';
import type { FoundPin, PinFile } from './pin-file.ts';
import { grammarOfWord, versionWord } from './version-words.ts';

/** jenv’s file: a version, perhaps with its vendor before it. */
export const javaVersionFile: PinFile = {
  names: ['.java-version'],
  runtimes: ['java'],
  read: (text) => {
    const [first] = statedLines(text).flatMap(wordsOf);
    if (first === undefined) return { pins: [], faults: [{ message: 'it names no version', offset: 0 }] };
    return {
      pins: [versionWord(first, { runtime: 'java', field: '.java-version', prefix: /^[a-z][a-z0-9_]*-/ })],
      faults: [],
    };
  },
};

const property = /^[ \t]*java\.runtime\.version[ \t]*[=:][ \t]*(\S+)[ \t]*\r?$/gm;

/** Heroku’s file of Java properties, of which the last one with a name counts. */
export const systemProperties: PinFile = {
  names: ['system.properties'],
  runtimes: ['java'],
  read: (text) => {
    const pins = [...text.matchAll(property)].map(({ 0: whole, 1: version = '', index }): FoundPin => {
      const start = index + whole.indexOf(version, whole.search(/[=:]/));
      const span = { start, end: start + version.length };
      return {
        runtime: 'java',
        text: version,
        grammar: grammarOfWord(version),
        field: 'java.runtime.version',
        span,
      };
    });
    return { pins: pins.slice(-1), faults: [] };
  },
};
