import { limits } from '../../base/limits.ts';
import { TextIndex } from '../../base/text-position.ts';
import type { UnreadPin } from '../../model/parity-report.ts';
import {
  besideFileNames,
  pinFileNames,
  type BesideFileName,
  type PinFileName,
  type Runtime,
  type RuntimePin,
} from '../../model/runtime-pin.ts';
import type { Tree } from '../../ports/file-tree.ts';
import { pinFiles } from './pin-files/all.ts';
import type { FoundPin, PinFault, PinFile } from './pin-files/pin-file.ts';

/** What the files of an application’s folder ask for. */
export interface PinsRead {
  /** By file in the order of {@link pinFileNames}, then by place. */
  readonly pins: readonly RuntimePin[];
  readonly faults: readonly UnreadPin[];
  /** Pin files that are there, also those that cannot be read, and files that decide how pins count. */
  readonly files: readonly (PinFileName | BesideFileName)[];
}

/**
 * Reads the pin files of a folder: those that lie in it, not in folders below, since a platform builds one folder. Links are
 * not followed.
 */
export async function readPins(tree: Pick<Tree, 'list' | 'read'>): Promise<PinsRead> {
  const listed = new Set(await tree.list());
  const names = pinFileNames.filter((name) => listed.has(name));
  const found = new Map<string, PinsRead>();
  await tree.read(names, {
    bytesMax: limits.pinFileBytesMax,
    receive: (file) => {
      const name = names.find((each) => each === file.path);
      if (name === undefined) return;
      found.set(name, file.kind === 'bytes' ? readPinFile(name, file.bytes) : unread(name, file.why));
    },
  });
  const read = names.flatMap((name) => found.get(name) ?? []);
  return {
    pins: read.flatMap(({ pins }) => pins),
    faults: read.flatMap(({ faults }) => faults),
    files: [...read.flatMap(({ files }) => files), ...besideFileNames.filter((name) => listed.has(name))],
  };
}

/** Whether a version of the runtime may stand in what could not be read. */
export function mayPin({ file }: UnreadPin, runtime: Runtime): boolean {
  return pinFiles.some(
    ({ names, runtimes }) => names.some((name) => name === file) && runtimes.includes(runtime),
  );
}

const byName: ReadonlyMap<PinFileName, PinFile> = new Map(
  pinFiles.flatMap((file) => file.names.map((name) => [name, file] as const)),
);

const markBytes = 3;

function readPinFile(name: PinFileName, bytes: Buffer): PinsRead {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder's message says nothing that a person could use.
    return unread(name, 'it is not UTF-8');
  }
  const reading = byName.get(name)?.read(text);
  if (reading === undefined) return { pins: [], faults: [], files: [] };
  const index = new TextIndex(text);
  const before = hasMark ? markBytes : 0;
  const [fitting, long] = fittingPins(reading.pins);
  const pins = fitting.map(({ span, ...pin }): RuntimePin => {
    const { start, end } = index.bytes(span);
    const bytesSpan = { start: start + before, end: end + before };
    return { ...pin, place: { file: name, name, ...index.position(span.start), bytes: bytesSpan } };
  });
  return {
    pins,
    faults: [...reading.faults, ...long].map(({ message, offset }) => ({
      file: name,
      ...index.position(offset),
      why: message,
    })),
    files: [name],
  };
}

/** No pattern of a grammar ever sees a text that is longer than any version or range, and no list holds endless names. */
function fittingPins(found: readonly FoundPin[]): readonly [readonly FoundPin[], readonly PinFault[]] {
  const pins = found.slice(0, limits.pinsOfFileMax);
  const fits = ({ text, field }: FoundPin): boolean =>
    Math.max(text.length, field.length) <= limits.pinCharsMax;
  const faults = pins
    .filter((pin) => !fits(pin))
    .map(({ text, field, span }): PinFault => {
      const message =
        text.length > limits.pinCharsMax
          ? `it has ${text.length} characters, and no version or range has more than ${limits.pinCharsMax}`
          : `its name has ${field.length} characters, and none that is read has more than ${limits.pinCharsMax}`;
      return { message, offset: span.start };
    });
  return [pins.filter(fits), faults];
}

function unread(file: PinFileName, why: string): PinsRead {
  return { pins: [], faults: [{ file, line: 1, column: 1, why }], files: [file] };
}
