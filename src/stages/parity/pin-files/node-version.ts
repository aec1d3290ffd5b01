import { statedLines, wordsOf } from './lines.ts';
import type { PinFile } from './pin-file.ts';
import { versionWord } from './version-words.ts';

/** The files of nvm and of its siblings: one version or one name such as `lts/*`. */
export const nodeVersionFiles: readonly PinFile[] = (['.nvmrc', '.node-version'] as const).map((name) => ({
  names: [name],
  runtimes: ['node'],
  read: (text) => {
    const [first, ...others] = statedLines(text).flatMap(wordsOf);
    if (first === undefined) return { pins: [], faults: [{ message: 'it names no version', offset: 0 }] };
    const [second] = others;
    return {
      pins: [versionWord(first, { runtime: 'node', field: name, prefix: /^(?:node-?)?v?/ })],
      faults:
        second === undefined ? [] : [{ message: 'only one version may stand in it', offset: second.offset }],
    };
  },
}));
