import type { Runtime, RuntimePin } from '../../model/runtime-pin.ts';
import { saysMore } from './more-than-version.ts';
import { rangeWith } from './range-with.ts';
import { isOfSeries, seriesOf, wantedBy, wantsSeries } from './ranges.ts';

/** A version that all pin files of a runtime are to ask for. */
export interface RepinOrder {
  readonly runtime: Runtime;
  /** Numbers with dots: a series such as `3.13`, or a whole version such as `3.13.1`. */
  readonly version: string;
}

/** What becomes of one pin. */
export type Repin =
  /** It asks for this version already, or allows it. */
  | { readonly kind: 'fits'; readonly pin: RuntimePin }
  | { readonly kind: 'changes'; readonly pin: RuntimePin; readonly becomes: string }
  /** It has to change, and cannot be written here. `why`: a sentence without its full stop. */
  | { readonly kind: 'refused'; readonly pin: RuntimePin; readonly why: string };

/** What each pin of the runtime becomes, in its own grammar. `bytes` of each file that a pin stands in. */
export function repin(
  pins: readonly RuntimePin[],
  order: RepinOrder,
  bytes: ReadonlyMap<string, Buffer>,
): readonly Repin[] {
  const own = pins.filter(({ runtime }) => runtime === order.runtime);
  const lists = Map.groupBy(own, listKey);
  return own.flatMap((pin) => {
    const [first, ...others] = lists.get(listKey(pin)) ?? [];
    // Of a list the first one counts; the others are there for tools that test with several.
    if (pin !== first) return [];
    const decided = decide(pin, order, bytes.get(pin.place.file) ?? Buffer.alloc(0));
    const there = others.some((other) => decide(other, order, Buffer.alloc(0)).kind === 'fits');
    if (decided.kind !== 'changes' || !there) return [decided];
    const why = `${order.version} stands behind it already, and which of the versions counts is for a person`;
    return [{ kind: 'refused', pin, why }];
  });
}

/** Versions in one list have one key. Commands of a Procfile are no list: each runs by itself. */
function listKey({ place, field }: RuntimePin): string {
  const isCommand = place.name === 'Procfile';
  return JSON.stringify([place.file, field.replace(/\.[0-9]+$/, ''), isCommand ? place.bytes.start : 0]);
}

function decide(pin: RuntimePin, { version }: RepinOrder, bytes: Buffer): Repin {
  const shape = shapeOf(pin);
  const parts = version.split('.').length;
  const target = shape === 'series' ? seriesOf(version, 2) : version;
  if (fits(pin, target)) return { kind: 'fits', pin };
  const refused = (why: string): Repin => ({ kind: 'refused', pin, why });
  if (saysMore(pin, bytes))
    return refused(
      'it may name another implementation, vendor or build, and to give that up is for a person',
    );
  if (shape === 'whole' && parts < 3)
    return refused(`it holds a whole version only, such as ${version}${'.0'.repeat(3 - parts)}`);
  if (shape === 'series' && parts < 2)
    return refused(`it holds a series of two numbers, such as ${version}.1`);
  const { end } = pin.place.bytes;
  const behind = bytes.toString('latin1', end, end + 2);
  if (pin.field === 'packageManager' && behind.startsWith('+'))
    return refused(
      `the hash behind it is of ${pin.text} alone; \`corepack use ${pin.runtime}@${version}\` writes both`,
    );
  if (pin.place.name === 'Gemfile.lock' && /^(?:p-?[0-9]?| \()/.test(behind))
    return refused('it names a patch level or an engine too; `bundle update --ruby` writes both');
  const becomes = isRange(pin) ? rangeWith(pin.grammar, pin.text, target) : target;
  if (becomes === undefined) return refused(`nobody can tell from it alone how it would ask for ${version}`);
  return { kind: 'changes', pin, becomes };
}

function fits(pin: RuntimePin, target: string): boolean {
  if (!isRange(pin)) return pin.grammar !== 'alias' && isOfSeries(pin.text, target);
  const wanted = wantedBy(pin.grammar, pin.text);
  if (wanted === undefined) return false;
  return target.split('.').length < 3 ? wantsSeries(wanted, pin.text, target) : wanted(target);
}

/** The `go` line of go.mod allows all that is newer, and is still what builders go by: it is a version here. */
function isRange({ grammar }: RuntimePin): boolean {
  return grammar !== 'exact' && grammar !== 'alias' && grammar !== 'least';
}

/** `whole`: three numbers and nothing less; `series`: two of them and nothing more. */
function shapeOf({ place, field }: RuntimePin): 'any' | 'whole' | 'series' {
  switch (place.name) {
    case 'package.json':
      return field === 'packageManager' || field.startsWith('volta.') ? 'whole' : 'any';
    case 'Pipfile':
      return field === 'requires.python_full_version' ? 'whole' : 'series';
    case 'go.mod':
      return field === 'toolchain' ? 'whole' : 'any';
    case 'global.json':
    case 'Gemfile.lock':
      return 'whole';
    case 'Procfile':
      return 'series';
    default:
      return 'any';
  }
}
