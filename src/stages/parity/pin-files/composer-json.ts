import { readJsonValues } from '../../../base/json-values.ts';
import { placedAt } from '../../../base/placed-value.ts';
import type { PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';

/** What PHP the application needs, and what Composer is to believe that it gets. */
export const composerJson: PinFile = {
  names: ['composer.json'],
  runtimes: ['php'],
  read: (text) => {
    const document = readJsonValues(text);
    return placedReading(document, [
      ...placedPin(placedAt(document, 'require', 'php'), 'php', 'composer'),
      ...placedPin(placedAt(document, 'config', 'platform', 'php'), 'php', 'exact'),
    ]);
  },
};
