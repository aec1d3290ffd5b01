import { z } from 'zod';
import { digestSchema } from './descriptor.ts';
import { nodeKinds, type FileNode, type LayerContents, type LayerEntry } from './layer.ts';
import { normaliserNames } from './noise.ts';
import { fileFactsSchema } from './package-schema.ts';

/** Counts up whenever {@link LayerContents} says more, or otherwise; what was kept under another number is not looked at. */
export const layerRecordVersion = 1;

const count = z.int().nonnegative();

/** Short, since a layer may have half a million. */
const entrySchema = z.union([
  z.tuple([
    z.string(),
    z.enum(nodeKinds),
    z.tuple([count, count, count, count]),
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.tuple([z.enum(normaliserNames), z.string()]).nullable(),
    fileFactsSchema.nullable(),
  ]),
  z.tuple([z.string(), z.enum(['hard-link', 'whiteout', 'opaque']), z.string()]),
]);

const recordSchema = z.tuple([digestSchema, count, z.array(z.string()), z.array(entrySchema)]);

type Row = z.infer<typeof entrySchema>;

/** What is kept of a layer, as JSON. */
export function formatLayerRecord({ diffId, bytes, findings, entries }: LayerContents): string {
  return JSON.stringify([diffId, bytes, findings, entries.map(rowOf)]);
}

/** Undefined: it was written by another program, or by nobody. */
export function parseLayerRecord(text: string): LayerContents | undefined {
  const parsed = recordSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const [diffId, bytes, findings, rows] = parsed.data;
  return { diffId, bytes, findings, entries: rows.map(entryOf) };
}

function rowOf(entry: LayerEntry): Row {
  if (entry.kind !== 'node') return [entry.path, entry.kind, entry.kind === 'hard-link' ? entry.target : ''];
  const { kind, mode, uid, gid, size, sha256, target, device, xattrs, normal, facts } = entry.node;
  return [
    entry.path,
    kind,
    [mode, uid, gid, size],
    sha256,
    target,
    device,
    xattrs,
    normal === undefined ? null : [normal.by, normal.sha256],
    facts ?? null,
  ];
}

function entryOf(row: Row): LayerEntry {
  if (row.length === 3) {
    const [path, kind, target] = row;
    return kind === 'hard-link' ? { kind, path, target } : { kind, path };
  }
  const [path, kind, [mode, uid, gid, size], sha256, target, device, xattrs, normal, facts] = row;
  const node: FileNode = {
    kind,
    mode,
    uid,
    gid,
    size,
    sha256,
    target,
    device,
    xattrs,
    normal: normal === null ? undefined : { by: normal[0], sha256: normal[1] },
    facts: facts ?? undefined,
  };
  return { kind: 'node', path, node };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
