import type { PlacedValue, PlacedValues } from '../../../base/placed-value.ts';
import type { RangeGrammar, Runtime } from '../../../model/runtime-pin.ts';
import type { FoundPin, PinReading } from './pin-file.ts';

/** A value of a document that pins a runtime; undefined where there is none, or it is no text. */
export function placedPin(
  value: PlacedValue | undefined,
  runtime: Runtime,
  grammar: RangeGrammar,
): readonly FoundPin[] {
  if (value === undefined) return [];
  const text = value.text.trim();
  return text === '' ? [] : [{ runtime, text, grammar, field: value.path.join('.'), span: value.span }];
}

/** What was found in a document; a broken one says where it breaks. */
export function placedReading({ fault }: PlacedValues, pins: readonly FoundPin[]): PinReading {
  return { pins, faults: fault === undefined ? [] : [fault] };
}
