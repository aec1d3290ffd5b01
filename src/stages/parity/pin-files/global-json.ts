import { readJsonValues } from '../../../base/json-values.ts';
import { placedAt } from '../../../base/placed-value.ts';
import type { PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';

/** The version of the .NET SDK; how far it may roll forward is the SDK’s own affair. */
export const globalJson: PinFile = {
  names: ['global.json'],
  runtimes: ['dotnet'],
  read: (text) => {
    const document = readJsonValues(text);
    return placedReading(document, placedPin(placedAt(document, 'sdk', 'version'), 'dotnet', 'exact'));
  },
};
