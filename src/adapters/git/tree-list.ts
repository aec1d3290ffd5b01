import { isBlobId, type BlobId, type CommitId } from '../../model/commit.ts';
import type { GitFileMode } from '../../ports/git.ts';
import type { Git } from './git.ts';

export type TreeEntry =
  | { readonly kind: 'file'; readonly mode: GitFileMode; readonly blob: BlobId }
  | { readonly kind: 'folder' | 'submodule' };

const modes: ReadonlyMap<string, GitFileMode> = new Map([
  ['100644', 'plain'],
  // Very old versions of git wrote it for files of a group.
  ['100664', 'plain'],
  ['100755', 'executable'],
  ['120000', 'link'],
]);

/** All that a commit holds, by path. */
export async function listTree(git: Git, commit: CommitId): Promise<ReadonlyMap<string, TreeEntry>> {
  const listed = await git.ask(['ls-tree', '-r', '-t', '-z', '--full-tree', commit]);
  return new Map(listed.split('\0').flatMap(readEntry));
}

/** `mode type object<TAB>path` */
function readEntry(line: string): readonly (readonly [string, TreeEntry])[] {
  const tab = line.indexOf('\t');
  if (tab === -1) return [];
  const [mode = '', type, object = ''] = line.slice(0, tab).split(' ');
  const path = line.slice(tab + 1);
  if (type === 'tree') return [[path, { kind: 'folder' }]];
  const file = modes.get(mode);
  if (type !== 'blob' || file === undefined || !isBlobId(object)) return [[path, { kind: 'submodule' }]];
  return [[path, { kind: 'file', mode: file, blob: object }]];
}

/** The mode of a file as git writes it. */
export function modeNumber(mode: GitFileMode): string {
  return { plain: '100644', executable: '100755', link: '120000' }[mode];
}
