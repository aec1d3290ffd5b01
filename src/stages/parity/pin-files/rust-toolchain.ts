import { placedAt } from '../../../base/placed-value.ts';
import { readToml } from '../../../base/toml.ts';
import { statedLines } from './lines.ts';
import type { PinFile, PinReading } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';
import { grammarOfWord, versionWord } from './version-words.ts';

/** rustup’s file; without the ending it may still be the older one, a single word. */
export const rustToolchain: PinFile = {
  names: ['rust-toolchain', 'rust-toolchain.toml'],
  runtimes: ['rust'],
  read: (text) => {
    const lines = statedLines(text);
    const [first] = lines;
    if (first !== undefined && lines.length === 1 && /^[^\s[=]+$/.test(first.text)) {
      return {
        pins: [versionWord(first, { runtime: 'rust', field: 'channel', prefix: /^(?!)/ })],
        faults: [],
      };
    }
    return readTable(text);
  },
};

function readTable(text: string): PinReading {
  const document = readToml(text);
  const channel = placedAt(document, 'toolchain', 'channel');
  return placedReading(document, placedPin(channel, 'rust', grammarOfWord(channel?.text ?? '')));
}
