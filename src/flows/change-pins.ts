import path from 'node:path';
import { limits } from '../base/limits.ts';
import type { RuntimePin } from '../model/runtime-pin.ts';
import { mayPin, readPins } from '../stages/parity/read-pins.ts';
import { repin, type Repin, type RepinOrder } from '../stages/parity/repin.ts';
import { splice } from '../stages/pin/splice.ts';
import type { CommitDesk } from './commit-desk.ts';
import type { MadeChange } from './propose-change.ts';

type Changing = Extract<Repin, { readonly kind: 'changes' }>;

/**
 * Makes all pin files of a folder ask for one version of a runtime, or none of them: files that disagree are worse than any
 * version, and what could not be read may disagree. What was written is read once more.
 */
export async function changePins(desk: CommitDesk, order: RepinOrder): Promise<MadeChange> {
  const { pins, faults } = await readPins(desk.tree);
  const unread = faults.filter((fault) => mayPin(fault, order.runtime));
  if (unread.length > 0)
    return {
      kind: 'refused',
      lines: unread.map(({ file, line, why }) => `${file}:${line}: not read: ${why}`),
    };
  const own = pins.filter(({ runtime }) => runtime === order.runtime);
  if (own.length === 0) return { kind: 'absent', why: `no pin file asks for ${order.runtime}` };
  const bytes = await bytesOf(desk, own);
  const all = repin(own, order, bytes);
  const refused = all.flatMap((each) =>
    each.kind === 'refused' ? [`${placed(each.pin)}: ${each.pin.text} stays: ${each.why}`] : [],
  );
  if (refused.length > 0) return { kind: 'refused', lines: refused };
  const changes = all.flatMap((each) => (each.kind === 'changes' ? [each] : []));
  const wrong: string[] = [];
  for (const [file, edits] of Map.groupBy(changes, ({ pin }) => pin.place.file))
    wrong.push(...(await write(desk, { file, edits, bytes: bytes.get(file) ?? Buffer.alloc(0) })));
  if (wrong.length > 0) return { kind: 'refused', lines: wrong };
  return { kind: 'made', lines: changes.map((each) => changed(each)) };
}

async function bytesOf(desk: CommitDesk, pins: readonly RuntimePin[]): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  await desk.tree.read([...new Set(pins.map(({ place }) => place.file))], {
    bytesMax: limits.pinFileBytesMax,
    receive: (file) => {
      if (file.kind === 'bytes') found.set(file.path, Buffer.from(file.bytes));
    },
  });
  return found;
}

interface Writing {
  readonly file: string;
  readonly edits: readonly Changing[];
  readonly bytes: Buffer;
}

/** Why the file would not say what it should; nothing is written then. */
async function write(desk: CommitDesk, { file, edits, bytes }: Writing): Promise<readonly string[]> {
  const after = Buffer.from(
    splice(
      bytes,
      edits.map(({ pin, becomes }) => {
        const { start, end } = pin.place.bytes;
        return { start, end, before: bytes.toString('latin1', start, end), after: becomes };
      }),
      file,
    ),
  );
  const { pins } = await readPins({
    list: () => Promise.resolve([file]),
    read: (_, { receive }) => {
      receive({ kind: 'bytes', path: file, bytes: after });
      return Promise.resolve();
    },
  });
  const wrong = edits.filter(
    ({ pin, becomes }) =>
      !pins.some((now) => now.runtime === pin.runtime && now.field === pin.field && now.text === becomes),
  );
  if (wrong.length > 0)
    return wrong.map(({ pin, becomes }) => `${placed(pin)}: it would not read as ${becomes} afterwards`);
  await desk.editor.replace(path.join(desk.directory, file), bytes, after);
  return [];
}

function changed({ pin, becomes }: Changing): string {
  return `${placed(pin)}: ${pin.text} → ${becomes}`;
}

function placed({ place, field }: RuntimePin): string {
  return `${place.file}:${place.line}${field === place.name ? '' : ` (${field})`}`;
}
