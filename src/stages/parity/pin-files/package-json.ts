import { readJsonValues } from '../../../base/json-values.ts';
import { placedAt, type PlacedValue, type PlacedValues } from '../../../base/placed-value.ts';
import type { Runtime } from '../../../model/runtime-pin.ts';
import type { FoundPin, PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';
import { runtimeCalled } from './version-words.ts';

const engines: readonly Runtime[] = ['node', 'npm', 'yarn', 'pnpm', 'bun'];

/** npm’s own fields, those of Corepack (`packageManager`), of Volta, and `devEngines`, one or a list. */
export const packageJson: PinFile = {
  names: ['package.json'],
  runtimes: engines,
  read: (text) => {
    const document = readJsonValues(text);
    return placedReading(document, [
      ...engines.flatMap((name) => placedPin(textAt(document, 'engines', name), name, 'semver')),
      ...packageManager(textAt(document, 'packageManager')),
      ...devEngines(document),
      ...engines.flatMap((name) => placedPin(textAt(document, 'volta', name), name, 'exact')),
    ]);
  },
};

function textAt(document: PlacedValues, ...path: readonly string[]): PlacedValue | undefined {
  const value = placedAt(document, ...path);
  return value?.isText === true ? value : undefined;
}

/** `pnpm@9.1.0+sha512.…`: the hash is no part of the version. */
function packageManager(value: PlacedValue | undefined): readonly FoundPin[] {
  const [, name = '', version = ''] = /^([a-z]+)@([^+\s]+)/.exec(value?.text ?? '') ?? [];
  const runtime = runtimeCalled(name);
  if (value === undefined || runtime === undefined) return [];
  const start = value.span.start + name.length + 1;
  const span = { start, end: start + version.length };
  return [{ runtime, text: version, grammar: 'exact', field: 'packageManager', span }];
}

function devEngines(document: PlacedValues): readonly FoundPin[] {
  return document.values.flatMap((value) => {
    const { path } = value;
    if (path[0] !== 'devEngines' || path.at(-1) !== 'version' || path.length > 4) return [];
    if (path[1] !== 'runtime' && path[1] !== 'packageManager') return [];
    const name = textAt(document, ...path.slice(0, -1), 'name')?.text ?? '';
    const runtime = runtimeCalled(name);
    return runtime === undefined ? [] : placedPin(value, runtime, 'semver');
  });
}
