import { statedLines, wordsOf } from './lines.ts';
import type { PinFile } from './pin-file.ts';
import { versionWord } from './version-words.ts';

/** The file of rbenv, chruby and rvm: one version, perhaps with `ruby-` before it. */
export const rubyVersionFile: PinFile = {
  names: ['.ruby-version'],
  runtimes: ['ruby'],
  read: (text) => {
    const [first] = statedLines(text).flatMap(wordsOf);
    if (first === undefined) return { pins: [], faults: [{ message: 'it names no version', offset: 0 }] };
    const isOther = /^(?:jruby|truffleruby|mruby|rbx|system)/.test(first.text);
    return {
      pins: isOther
        ? []
        : [versionWord(first, { runtime: 'ruby', field: '.ruby-version', prefix: /^ruby-/ })],
      faults: [],
    };
  },
};
