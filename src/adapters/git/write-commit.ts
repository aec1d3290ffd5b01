import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { formatCommit, isBlobId, parseCommitId, signatureOf, type CommitId } from '../../model/commit.ts';
import { sealCommit } from '../../model/commit-seal.ts';
import type { ChangedFile, CommitOrder } from '../../ports/git.ts';
import type { Git } from './git.ts';
import { listTree, modeNumber, type TreeEntry } from './tree-list.ts';

/**
 * Writes the commit into the clone's store of objects and nowhere else: the tree is put together in an index of its own,
 * and the bytes go in as they are, past every filter.
 */
export async function writeCommit(git: Git, order: CommitOrder, temporary: string): Promise<CommitId> {
  const entries = await listTree(git, order.parent);
  for (const { path: name } of order.files) refuseUnlessFile(name, entries);
  const folder = await mkdtemp(path.join(temporary, 'lockkeeper-commit-')).catch((error: unknown) => {
    throw translateSystemError(error, temporary);
  });
  try {
    const changes = await indexLines(git, order.files, { entries, folder });
    // What a person set for the speed of large work trees would write beside this index.
    const plain = [
      '-c',
      'core.splitIndex=false',
      '-c',
      'index.sparse=false',
      '-c',
      'core.untrackedCache=false',
    ];
    const env = { GIT_INDEX_FILE: path.join(folder, 'index') };
    await git.ask([...plain, 'read-tree', order.parent], { env });
    await git.ask([...plain, 'update-index', '-z', '--index-info'], { env, stdin: changes });
    const tree = (await git.ask([...plain, 'write-tree', '--missing-ok'], { env })).trim();
    const { message, author, committer, parent } = order;
    const content = sealCommit({
      tree,
      parents: [parent],
      author: signatureOf(author),
      committer: signatureOf(committer),
      message,
    });
    const written = await git.ask(['hash-object', '-t', 'commit', '-w', '--stdin'], {
      stdin: formatCommit(content),
    });
    return parseCommitId(written.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only files change: git itself would put one in the place of a folder, a link or a submodule. */
function refuseUnlessFile(name: string, entries: ReadonlyMap<string, TreeEntry>): void {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git'))
    throw new Failure('path-refused', `${JSON.stringify(name)} is no path of a file in a repository`);
  const entry = entries.get(name);
  if (entry !== undefined && (entry.kind !== 'file' || entry.mode === 'link'))
    throw new Failure('path-refused', `${name} is a ${entry.kind === 'file' ? 'link' : entry.kind}, no file`);
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/');
    if ((entries.get(above)?.kind ?? 'folder') !== 'folder')
      throw new Failure('path-refused', `${name} would lie in ${above}, which is no folder`);
  }
}

interface Known {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  readonly folder: string;
}

/** What `update-index --index-info` reads: `mode object<TAB>path`, ended by zero bytes. */
async function indexLines(
  git: Git,
  files: readonly ChangedFile[],
  { entries, folder }: Known,
): Promise<string> {
  const written: string[] = [];
  for (const { bytes } of files) {
    if (bytes === undefined) continue;
    const file = path.join(folder, String(written.length));
    await writeFile(file, bytes).catch((error: unknown) => {
      throw translateSystemError(error, file);
    });
    written.push(file);
  }
  const hashed = await git.ask(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    stdin: written.map((file) => `${file}\n`).join(''),
  });
  const blobs = hashed.split('\n').filter(isBlobId);
  const lines = files.map(({ path: name, bytes }) => {
    if (bytes === undefined) return `0 ${'0'.repeat(40)}\t${name}\0`;
    const entry = entries.get(name);
    return `${modeNumber(entry?.kind === 'file' ? entry.mode : 'plain')} ${blobs.shift()}\t${name}\0`;
  });
  return lines.join('');
}
