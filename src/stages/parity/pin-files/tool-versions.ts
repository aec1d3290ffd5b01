import { runtimes, type Runtime } from '../../../model/runtime-pin.ts';
import { statedLines, wordsOf } from './lines.ts';
import type { PinFault, PinFile } from './pin-file.ts';
import { runtimeCalled, versionWord } from './version-words.ts';

/** asdf’s file: a tool and its versions on each line, the first of which counts for most. */
export const toolVersions: PinFile = {
  names: ['.tool-versions'],
  runtimes,
  read: (text) => {
    const faults: PinFault[] = [];
    const pins = statedLines(text).flatMap((line) => {
      const [tool, ...versions] = wordsOf(line);
      if (versions.length === 0) faults.push({ message: 'a line names no version', offset: line.offset });
      const runtime = runtimeCalled(tool?.text ?? '');
      if (runtime === undefined) return [];
      return versions
        .filter(({ text: word }) => !/^(?:system|path:|ref:)/.test(word))
        .map((word) => versionWord(word, { runtime, field: runtime, prefix: prefixOf(runtime) }));
    });
    return { pins, faults };
  },
};

/** Only Java has vendors of one thing; before another runtime’s version, a name such as `jruby-` is of something else. */
function prefixOf(runtime: Runtime): RegExp {
  return runtime === 'java' ? /^[a-z]+-(?=[0-9])/ : new RegExp(`^(?:v|${runtime}-)(?=[0-9])`);
}
