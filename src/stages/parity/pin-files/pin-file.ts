import type { Span } from '../../../base/text-position.ts';
import type { PinFileName, RangeGrammar, Runtime } from '../../../model/runtime-pin.ts';

/** A kind of file that pins runtimes: which names it has, and how it is read. */
export interface PinFile {
  readonly names: readonly PinFileName[];
  /** All that it can pin. */
  readonly runtimes: readonly Runtime[];
  /** The text without a byte order mark; lines end with `\n` or `\r\n`. Never throws: what is wrong is a fault. */
  readonly read: (text: string) => PinReading;
}

export interface PinReading {
  readonly pins: readonly FoundPin[];
  readonly faults: readonly PinFault[];
}

export interface FoundPin {
  readonly runtime: Runtime;
  readonly text: string;
  readonly grammar: RangeGrammar;
  readonly field: string;
  readonly span: Span;
}

/** What cannot be read as its format. `message` ends the sentence "not read: …". */
export interface PinFault {
  readonly message: string;
  readonly offset: number;
}
