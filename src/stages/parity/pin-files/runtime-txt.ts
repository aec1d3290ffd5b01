import { statedLines } from './lines.ts';
import type { PinFile } from './pin-file.ts';
import { isVersion } from './version-words.ts';

/** Heroku's earlier file: `python-3.12.1` on one line. */
export const runtimeTxt: PinFile = {
  names: ['runtime.txt'],
  runtimes: ['python'],
  read: (text) => {
    const [first, second] = statedLines(text);
    if (first === undefined) return { pins: [], faults: [{ message: 'it names no version', offset: 0 }] };
    const version = /^python-(.+)$/.exec(first.text)?.[1];
    if (version === undefined || !isVersion(version) || second !== undefined) {
      const message = 'it is not one line such as python-3.12.1';
      return { pins: [], faults: [{ message, offset: (second ?? first).offset }] };
    }
    const start = first.offset + 'python-'.length;
    return {
      pins: [
        {
          runtime: 'python',
          text: version,
          grammar: 'exact',
          field: 'runtime.txt',
          span: { start, end: start + version.length },
        },
      ],
      faults: [],
    };
  },
};
