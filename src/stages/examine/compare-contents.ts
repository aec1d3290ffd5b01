import { invariant } from '../../base/invariant.ts';
import type { ContentChange, FileChange, FileOwner, FileState } from '../../model/change.ts';
import type { Digest } from '../../model/digest.ts';
import { knownNoise, type NoiseRule } from '../../model/noise.ts';
import { comparePackages } from './compare-packages.ts';
import { compareTrees, type Standing, type TreeDifference } from './compare-trees.ts';
import { installedPackages, type InstalledPackages } from './file-owners.ts';
import type { FileTree } from './layers/file-tree.ts';
import { matchesPath } from './layers/path-globs.ts';

/** What the layers of one image make together. */
export interface ExaminedContents {
  readonly tree: FileTree;
  /** Digests of the image's layers, base first, and the line of its history behind each. */
  readonly layers: readonly { readonly digest: Digest; readonly line: string | undefined }[];
  /** Unpacked, of the layers that were read. */
  readonly bytes: number;
  /** Layers at the bottom that were not read, since the other image has them too. */
  readonly sharedUnread: number;
  /** Sentences. */
  readonly findings: readonly string[];
  /** Layers that could not be read, since they lie elsewhere by their licence. */
  readonly unread: readonly Digest[];
}

/**
 * Whether a comparison above shared layers that were not read leaves something open: what one image alone writes or takes
 * away may be what the shared layers have. For packages, only a file that lists several of them matters.
 */
export function needsSharedLayers(
  baseline: ExaminedContents,
  candidate: ExaminedContents,
  what: 'packages' | 'all',
): boolean {
  const differences = compareTrees({
    baseline: baseline.tree.root,
    candidate: candidate.tree.root,
    overShared: true,
  });
  const open = differences.filter(({ overShared }) => overShared);
  if (what === 'all') return open.length > 0;
  return open.some((difference) =>
    [difference.baseline, difference.candidate].some((side) => (side?.node.facts?.packages.length ?? 0) > 1),
  );
}

/** @param noise rules beyond those that are always known */
export function compareContents(
  baseline: ExaminedContents,
  candidate: ExaminedContents,
  noise: readonly NoiseRule[],
): ContentChange {
  const ruleFor = noiseRules([...knownNoise, ...noise]);
  const overShared = candidate.sharedUnread > 0;
  const differences = compareTrees({
    baseline: baseline.tree.root,
    candidate: candidate.tree.root,
    overShared,
  });
  const paths = differences.map(({ path }) => path);
  const installed = {
    baseline: installedPackages(baseline.tree.root, paths),
    candidate: installedPackages(candidate.tree.root, paths),
  };
  const sides = { baseline, candidate };
  return {
    packages: comparePackages(installed.baseline.packages, installed.candidate.packages),
    files: differences.map((difference) => fileChange(difference, { sides, installed, ruleFor })),
    sizes: { from: baseline.bytes, to: candidate.bytes },
    sharedUnread: candidate.sharedUnread,
    unread: [...new Set([...baseline.unread, ...candidate.unread])],
    findings: [
      ...findingsOf('baseline', baseline, installed.baseline),
      ...findingsOf('candidate', candidate, installed.candidate),
    ],
  };
}

type SideName = 'baseline' | 'candidate';

interface Telling {
  readonly sides: Readonly<Record<SideName, ExaminedContents>>;
  readonly installed: Readonly<Record<SideName, InstalledPackages>>;
  readonly ruleFor: (difference: TreeDifference) => string | undefined;
}

function fileChange(difference: TreeDifference, telling: Telling): FileChange {
  const { path, baseline, candidate, aspects, overShared } = difference;
  return {
    path,
    kind: kindOf(difference),
    aspects,
    from: stateOf(baseline),
    to: stateOf(candidate),
    owner: ownerOf(difference, telling),
    noise: telling.ruleFor(difference),
    overShared,
  };
}

function kindOf({ baseline, candidate, aspects }: TreeDifference): FileChange['kind'] {
  if (aspects.length > 0) return 'changed';
  if (baseline === undefined) return candidate === undefined ? 'removed' : 'added';
  return 'removed';
}

function stateOf(standing: Standing | undefined): FileState | undefined {
  if (standing === undefined) return undefined;
  const { kind, mode, uid, gid, size, sha256, target } = standing.node;
  return { kind, mode, uid, gid, size, sha256, target };
}

/** The package that has the file by its databases; else the layer that wrote it, or took it away. */
function ownerOf(difference: TreeDifference, { sides, installed }: Telling): FileOwner {
  const { path, baseline, candidate, takenBy } = difference;
  const byPackage =
    candidate === undefined
      ? installed.baseline.ownerOf(path)
      : (installed.candidate.ownerOf(path) ?? installed.baseline.ownerOf(path));
  if (byPackage !== undefined) return byPackage;
  const { side, at } = placeOf(candidate, takenBy, baseline);
  const layer = sides[side].layers[at];
  invariant(layer !== undefined, 'what stands in a tree was written by a layer');
  return { kind: 'layer', side, ...layer };
}

function placeOf(
  candidate: Standing | undefined,
  takenBy: TreeDifference['takenBy'],
  baseline: Standing | undefined,
): { readonly side: SideName; readonly at: number } {
  if (candidate !== undefined) return { side: 'candidate', at: candidate.layer };
  if (takenBy !== undefined) return { side: takenBy.side, at: takenBy.layer };
  invariant(baseline !== undefined, 'one of two sides that differ has something, or takes something away');
  return { side: 'baseline', at: baseline.layer };
}

/** The first rule that covers a difference. */
function noiseRules(rules: readonly NoiseRule[]): (difference: TreeDifference) => string | undefined {
  const compiled = rules.map(({ name, paths, covers }) => ({ name, covers, matches: matchesPath(paths) }));
  return ({ path, baseline, candidate, aspects }) =>
    compiled.find(({ covers, matches }) => {
      if (covers.kind === 'file') return matches(path);
      if (aspects.length !== 1 || aspects[0] !== 'content') return false;
      const [from, to] = [baseline?.node.normal, candidate?.node.normal];
      return from !== undefined && from.by === covers.by && to?.by === covers.by && from.sha256 === to.sha256;
    })?.name;
}

function findingsOf(
  side: SideName,
  { findings }: ExaminedContents,
  { troubles }: InstalledPackages,
): readonly string[] {
  return [...findings, ...troubles].map((finding) => `${side}: ${finding}`);
}
