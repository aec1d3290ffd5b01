import type { Digest } from './digest.ts';
import type { NormaliserName } from './noise.ts';
import type { KeptFacts } from './kept-facts.ts';

export const nodeKinds = [
  'file',
  'directory',
  'link',
  'character-device',
  'block-device',
  'fifo',
  'other',
] as const;

export type NodeKind = (typeof nodeKinds)[number];

/** What stands at a path. Times are left out: they differ in each build, and no program of an image should care. */
export interface FileNode {
  readonly kind: NodeKind;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content. */
  readonly size: number;
  /** Of the content, 64 hexadecimal digits; empty for what has none. */
  readonly sha256: string;
  /** The same of the content without known noise; undefined where there is no rule for the file. */
  readonly normal: { readonly by: NormaliserName; readonly sha256: string } | undefined;
  /** Where a symbolic link points to. */
  readonly target: string;
  /** `major:minor` of a device. */
  readonly device: string;
  /** Extended attributes, sorted, in one spelling; empty where there are none. */
  readonly xattrs: string;
  /** What the file tells of packages. */
  readonly facts: KeptFacts | undefined;
}

/** A step that a layer takes, in the order of the archive. Paths have no leading slash and no `.` or `..` in them. */
export type LayerEntry =
  | { readonly kind: 'node'; readonly path: string; readonly node: FileNode }
  /** Another name for what stands at `target`. */
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  /** Takes away what lower layers have at the path, and all below it (image-spec, "Whiteouts"). */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** Takes away what lower layers have below the path. */
  | { readonly kind: 'opaque'; readonly path: string };

/** What a layer holds. It depends on nothing but the layer's bytes, so that it can be kept under its digest. */
export interface LayerContents {
  /** Of the unpacked bytes, as they were hashed here. */
  readonly diffId: Digest;
  /** Unpacked. */
  readonly bytes: number;
  readonly entries: readonly LayerEntry[];
  /** What is odd about the layer: sentences. */
  readonly findings: readonly string[];
}
