import { placedAt } from '../../../base/placed-value.ts';
import { readToml } from '../../../base/toml.ts';
import type { PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';

/** pipenv's file; a full version takes precedence over the series. */
export const pipfile: PinFile = {
  names: ['Pipfile'],
  runtimes: ['python'],
  read: (text) => {
    const document = readToml(text);
    const full = placedPin(placedAt(document, 'requires', 'python_full_version'), 'python', 'exact');
    const series = placedPin(placedAt(document, 'requires', 'python_version'), 'python', 'exact');
    return placedReading(document, [...full, ...series]);
  },
};
