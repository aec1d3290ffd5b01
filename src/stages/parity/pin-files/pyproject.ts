import { placedAt } from '../../../base/placed-value.ts';
import { readToml } from '../../../base/toml.ts';
import type { PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';

/** The standard field (PEP 621), and Poetry’s own with its carets. */
export const pyproject: PinFile = {
  names: ['pyproject.toml'],
  runtimes: ['python'],
  read: (text) => {
    const document = readToml(text);
    const poetry = ['tool', 'poetry', 'dependencies', 'python'] as const;
    return placedReading(document, [
      ...placedPin(placedAt(document, 'project', 'requires-python'), 'python', 'pep440'),
      ...placedPin(
        placedAt(document, ...poetry) ?? placedAt(document, ...poetry, 'version'),
        'python',
        'poetry',
      ),
    ]);
  },
};
