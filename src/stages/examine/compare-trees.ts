import { compareFileNames } from '../../base/file-name.ts';
import type { FileAspect } from '../../model/change.ts';
import type { FileNode } from '../../model/layer.ts';
import { impliedFolder, type TreeNode } from './layers/file-tree.ts';

/** What stands at a path in one image. */
export interface Standing {
  readonly node: FileNode;
  /** The layer that put it there. */
  readonly layer: number;
}

/** One path at which two images differ. */
export interface TreeDifference {
  readonly path: string;
  /** Undefined: nothing stands there. */
  readonly baseline: Standing | undefined;
  readonly candidate: Standing | undefined;
  /** In what they differ, where both have something. */
  readonly aspects: readonly FileAspect[];
  /** Where only one of them has something: whose layer took it away, if one did. */
  readonly takenBy: { readonly side: 'baseline' | 'candidate'; readonly layer: number } | undefined;
  /** Layers that both images share, and nobody read, may have something here: then the side without a file has that. */
  readonly overShared: boolean;
}

export interface TreePair {
  readonly baseline: TreeNode;
  readonly candidate: TreeNode;
  /** Both trees begin above layers that both images share, and that nobody read. */
  readonly overShared: boolean;
}

/** All paths at which two trees differ, in the order of their bytes. */
export function compareTrees({ baseline, candidate, overShared }: TreePair): readonly TreeDifference[] {
  const found: TreeDifference[] = [];
  const rest = overShared ? 'shared' : 'nothing';
  walk({ found, path: '', baseline: { tree: baseline, rest }, candidate: { tree: candidate, rest } });
  return found.toSorted((left, right) => compareFileNames(left.path, right.path));
}

interface Side {
  readonly tree: TreeNode | undefined;
  /** What is there where the tree says nothing: nothing, or what the shared layers have. */
  readonly rest: 'nothing' | 'shared';
}

interface Walk {
  readonly found: TreeDifference[];
  readonly path: string;
  readonly baseline: Side;
  readonly candidate: Side;
}

/** As deep as a path has parts, which the length of a name bounds. */
function walk({ found, path, baseline, candidate }: Walk): void {
  const names = new Set([
    ...(baseline.tree?.children?.keys() ?? []),
    ...(candidate.tree?.children?.keys() ?? []),
  ]);
  for (const name of names) {
    const below = path === '' ? name : `${path}/${name}`;
    const [left, right] = [childOf(baseline, name), childOf(candidate, name)];
    const difference = compare(below, left, right);
    if (difference !== undefined) found.push(difference);
    walk({ found, path: below, baseline: insideOf(left), candidate: insideOf(right) });
  }
}

function childOf({ tree, rest }: Side, name: string): Side {
  return { tree: tree?.children?.get(name), rest };
}

function insideOf({ tree, rest }: Side): Side {
  return { tree, rest: tree !== undefined && tree.hides !== 'nothing' ? 'nothing' : rest };
}

type Answer = { readonly is: 'nothing' | 'shared' } | { readonly is: 'there'; readonly standing: Standing };

function answerOf({ tree, rest }: Side): Answer {
  if (tree === undefined) return { is: rest };
  if (tree.node !== undefined) return { is: 'there', standing: { node: tree.node, layer: tree.layer } };
  if (tree.hides === 'all' && (tree.children?.size ?? 0) === 0) return { is: 'nothing' };
  // Something stands below a folder that nobody listed.
  if (rest === 'shared' && tree.hides !== 'all') return { is: 'shared' };
  const hasChildren = (tree.children?.size ?? 0) > 0;
  return hasChildren ? { is: 'there', standing: { node: impliedFolder, layer: tree.layer } } : { is: rest };
}

function compare(path: string, left: Side, right: Side): TreeDifference | undefined {
  const [baseline, candidate] = [answerOf(left), answerOf(right)];
  const overShared = baseline.is === 'shared' || candidate.is === 'shared';
  if (baseline.is === 'there' && candidate.is === 'there') {
    const aspects = [...aspectsOf(baseline.standing.node, candidate.standing.node), ...belowOf(left, right)];
    if (aspects.length === 0) return undefined;
    const isBelow = aspects.includes('below');
    return {
      path,
      baseline: baseline.standing,
      candidate: candidate.standing,
      aspects,
      takenBy: undefined,
      overShared: isBelow,
    };
  }
  if (baseline.is === candidate.is) return undefined;
  // A folder says nothing that what stands in it does not say; over shared layers it is nearly always theirs.
  const only = baseline.is === 'there' ? left.tree : candidate.is === 'there' ? right.tree : undefined;
  if (only !== undefined && isFolder(only) && (only.children?.size ?? 0) + Number(overShared) > 0)
    return undefined;
  return {
    path,
    baseline: baseline.is === 'there' ? baseline.standing : undefined,
    candidate: candidate.is === 'there' ? candidate.standing : undefined,
    aspects: [],
    takenBy: takerOf('candidate', candidate, right) ?? takerOf('baseline', baseline, left),
    overShared,
  };
}

function takerOf(side: 'baseline' | 'candidate', { is }: Answer, { tree }: Side): TreeDifference['takenBy'] {
  return is === 'nothing' && tree !== undefined && tree.hides === 'all'
    ? { side, layer: tree.layer }
    : undefined;
}

/** Of two folders over shared layers, one shows what these have in it, and the other does not. */
function belowOf(left: Side, right: Side): readonly FileAspect[] {
  return insideOf(left).rest === insideOf(right).rest ? [] : ['below'];
}

function isFolder({ node }: TreeNode): boolean {
  return node === undefined || node.kind === 'directory';
}

function aspectsOf(left: FileNode, right: FileNode): readonly FileAspect[] {
  if (left.kind !== right.kind) return ['type'];
  const content = left.kind === 'file' && left.sha256 !== right.sha256;
  return [
    ...(content ? (['content'] as const) : []),
    ...(left.mode === right.mode || left.kind === 'link' ? [] : (['mode'] as const)),
    ...(left.uid === right.uid && left.gid === right.gid ? [] : (['owner'] as const)),
    ...(left.xattrs === right.xattrs ? [] : (['xattrs'] as const)),
    ...(left.target === right.target ? [] : (['target'] as const)),
    ...(left.device === right.device ? [] : (['device'] as const)),
  ];
}
