import { limits } from '../../../base/limits.ts';
import type { FileNode, LayerContents } from '../../../model/layer.ts';

/** A place in the tree that several layers make together. */
export class TreeNode {
  /** What stands here; undefined: nothing, or a folder that no layer lists and engines make. */
  node: FileNode | undefined;
  /** The layer that wrote it or took it away, counted from 0 at the base. */
  layer: number;
  /** A layer took away what lower ones have here, or below here. */
  hides: 'nothing' | 'below' | 'all' = 'nothing';
  children: Map<string, TreeNode> | undefined;

  constructor(layer: number) {
    this.layer = layer;
  }

  /** Made by `layer` where it is not there yet. */
  child(name: string, layer: number): TreeNode {
    this.children ??= new Map();
    const known = this.children.get(name);
    if (known !== undefined) return known;
    const child = new TreeNode(layer);
    this.children.set(name, child);
    return child;
  }
}

/**
 * The file system that layers make one over the other, as engines see it. It may begin above layers that nobody read:
 * then {@link TreeNode.hides} tells what of these is out of sight.
 */
export class FileTree {
  readonly root = new TreeNode(0);

  /** Whiteouts are about lower layers only, wherever they stand in the archive (image-spec, "Whiteouts"). */
  add({ entries }: Pick<LayerContents, 'entries'>, layer: number): void {
    for (const entry of entries)
      if (entry.kind === 'whiteout' || entry.kind === 'opaque') this.#hide(entry, layer);
    for (const entry of entries) {
      if (entry.kind === 'node') this.#put(entry.path, entry.node, layer);
      else if (entry.kind === 'hard-link')
        this.#put(entry.path, this.at(entry.target)?.node ?? danglingLink(entry.target), layer);
    }
  }

  /** What stands at a path; links in the folders that lead there are followed. */
  at(path: string): TreeNode | undefined {
    const { folder, name } = this.#folderOf(path, (parent, part) => parent.children?.get(part));
    return folder?.children?.get(name);
  }

  #hide(
    { kind, path }: { readonly kind: 'whiteout' | 'opaque'; readonly path: string },
    layer: number,
  ): void {
    const place = path === '' ? this.root : this.#make(path, layer);
    place.children = undefined;
    if (kind === 'opaque') {
      if (place.hides === 'nothing') place.hides = 'below';
      return;
    }
    place.node = undefined;
    place.layer = layer;
    place.hides = 'all';
  }

  #put(path: string, node: FileNode, layer: number): void {
    const place = this.#make(path, layer);
    if (node.kind !== 'directory') {
      place.children = undefined;
      place.hides = 'all';
    } else if (place.node !== undefined && place.node.kind !== 'directory') place.hides = 'all';
    place.node = node;
    place.layer = layer;
  }

  #make(path: string, layer: number): TreeNode {
    const { folder, name } = this.#folderOf(path, (parent, part) => parent.child(part, layer));
    return (folder ?? this.root).child(name, layer);
  }

  /** Engines follow links within the image when they unpack: `lib/x` over a base whose `lib` is a link goes to `usr/lib/x`. */
  #folderOf(
    path: string,
    step: (parent: TreeNode, part: string) => TreeNode | undefined,
  ): { readonly folder: TreeNode | undefined; readonly name: string } {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    const way = [this.root];
    const waiting = parts.toReversed();
    for (let links = 0; waiting.length > 0;) {
      const part = waiting.pop() ?? '';
      const here = way.at(-1) ?? this.root;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (way.length > 1) way.pop();
        continue;
      }
      const next = step(here, part);
      if (next === undefined) return { folder: undefined, name };
      const { node } = next;
      if (node?.kind === 'link' && links < limits.linksFollowedMax) {
        links += 1;
        if (node.target.startsWith('/')) way.length = 1;
        waiting.push(...node.target.split('/').toReversed());
      } else way.push(next);
    }
    return { folder: way.at(-1), name };
  }
}

/** Its file lies in a layer that nobody read, or nowhere. */
function danglingLink(target: string): FileNode {
  return { ...emptyNode, kind: 'other', target: `hard link to ${target}` };
}

const emptyNode: Omit<FileNode, 'kind'> = {
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  sha256: '',
  normal: undefined,
  target: '',
  device: '',
  xattrs: '',
  facts: undefined,
};

/** A folder that no layer lists, as engines make it. */
export const impliedFolder: FileNode = { ...emptyNode, kind: 'directory', mode: 0o755 };
