import * as z from 'zod';
import { jsonOf } from '../base/json-path.ts';
import { limits } from '../base/limits.ts';
import { digestSchema } from './descriptor.ts';
import { nodeKinds, type FileNode, type LayerContents, type LayerEntry } from './layer.ts';
import { normaliserNames } from './noise.ts';
import { keptFactsSchema } from './package-schema.ts';

/** Counts up whenever {@link LayerContents} says more, or otherwise; what was kept under another number is not looked at. */
export const layerRecordVersion = 2;

const recordSchema = z.tuple([
  digestSchema,
  z.int().nonnegative(),
  z.array(z.string()),
  z.array(z.array(z.unknown())),
]);

/**
 * What is kept of a layer, as JSON of ASCII alone: one byte a character is decoded and parsed in half the time. It comes in
 * pieces, since the whole may be a hundred megabytes.
 */
export function* formatLayerRecord({
  diffId,
  bytes,
  findings,
  entries,
}: LayerContents): Generator<Uint8Array, void, undefined> {
  let text = `${asciiJson([diffId, bytes, findings]).slice(0, -1)},[`;
  for (const [at, entry] of entries.entries()) {
    text += `${at === 0 ? '' : ','}${asciiJson(rowOf(entry))}`;
    if (text.length < limits.filePieceBytes) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
  }
  yield Buffer.from(`${text}]]`, 'latin1');
}

function asciiJson(value: readonly unknown[]): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Undefined: it was written by another program, or by nobody. */
export function parseLayerRecord(record: Uint8Array): LayerContents | undefined {
  const { buffer, byteOffset, byteLength } = record;
  const parsed = recordSchema.safeParse(
    jsonOf(Buffer.from(buffer, byteOffset, byteLength).toString('latin1')),
  );
  if (!parsed.success) return undefined;
  const [diffId, bytes, findings, rows] = parsed.data;
  const entries: LayerEntry[] = [];
  for (const row of rows) {
    const entry = entryOf(row);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return { diffId, bytes, findings, entries };
}

/** Short, since a layer may have half a million. */
function rowOf(entry: LayerEntry): readonly unknown[] {
  if (entry.kind !== 'node') return [entry.path, entry.kind, entry.kind === 'hard-link' ? entry.target : ''];
  const { kind, mode, uid, gid, size, sha256, target, device, xattrs, normal, facts } = entry.node;
  const plain = [entry.path, kind, mode, uid, gid, size, sha256, target, device, xattrs];
  if (normal === undefined && facts === undefined) return plain;
  return [...plain, normal?.by ?? '', normal?.sha256 ?? '', facts ?? null];
}

/** By hand: a schema for each of half a million rows takes longer than reading the layer's files. */
function entryOf(row: readonly unknown[]): LayerEntry | undefined {
  const [path, kind, mode, uid, gid, size, sha256, target, device, xattrs, by, normalSha, said] = row;
  if (!isText(path)) return undefined;
  if (row.length === 3) {
    if (kind === 'hard-link') return isText(mode) ? { kind, path, target: mode } : undefined;
    return kind === 'whiteout' || kind === 'opaque' ? { kind, path } : undefined;
  }
  const known = nodeKinds.find((each) => each === kind);
  if (known === undefined || !isCount(mode) || !isCount(uid) || !isCount(gid) || !isCount(size))
    return undefined;
  if (!isText(sha256) || !isText(target) || !isText(device) || !isText(xattrs)) return undefined;
  const facts = said === undefined || said === null ? undefined : keptFactsSchema.safeParse(said);
  if (facts?.success === false) return undefined;
  const normaliser = normaliserNames.find((each) => each === by);
  const normal =
    normaliser === undefined || !isText(normalSha) ? undefined : { by: normaliser, sha256: normalSha };
  const node: FileNode = {
    kind: known,
    mode,
    uid,
    gid,
    size,
    sha256,
    normal,
    target,
    device,
    xattrs,
    facts: facts?.data,
  };
  return { kind: 'node', path, node };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
