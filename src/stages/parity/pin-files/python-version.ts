import { statedLines, wordsOf } from './lines.ts';
import type { PinFile } from './pin-file.ts';
import { versionWord } from './version-words.ts';

/** pyenv's file, which uv and others read too: versions by white space, the first of which counts for most. */
export const pythonVersionFile: PinFile = {
  names: ['.python-version'],
  runtimes: ['python'],
  read: (text) => {
    const words = statedLines(text).flatMap(wordsOf);
    const own = words.filter(
      ({ text: word }) => !/^(?:system|pypy|graalpy|jython|anaconda|miniconda|miniforge)/.test(word),
    );
    return {
      pins: own.map((word) =>
        versionWord(word, { runtime: 'python', field: '.python-version', prefix: /^(?:c?python-?)/ }),
      ),
      faults: words.length === 0 ? [{ message: 'it names no version', offset: 0 }] : [],
    };
  },
};
