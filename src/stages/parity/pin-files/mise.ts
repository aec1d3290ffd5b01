import { readToml } from '../../../base/toml.ts';
import { runtimes } from '../../../model/runtime-pin.ts';
import type { FoundPin, PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';
import { grammarOfWord, runtimeCalled } from './version-words.ts';

/** mise’s tools: a version, a list of them, or a table with one. */
export const mise: PinFile = {
  names: ['mise.toml', '.mise.toml'],
  runtimes,
  read: (text) => {
    const document = readToml(text);
    const pins = document.values.flatMap((value): readonly FoundPin[] => {
      const [table, tool = '', ...rest] = value.path;
      const runtime = runtimeCalled(tool);
      const isVersion = rest.length === 0 || /^[0-9]+$/.test(rest[0] ?? '') || rest[0] === 'version';
      if (table !== 'tools' || runtime === undefined || !isVersion || !value.isText) return [];
      return /^(?:system|path:|ref:)/.test(value.text)
        ? []
        : placedPin(value, runtime, grammarOfWord(value.text));
    });
    return placedReading(document, pins);
  },
};
