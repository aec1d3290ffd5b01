import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { askCommand } from '../../base/command.ts';
import { systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { gitSpec, type GitEnvironment } from '../../base/git-command.ts';
import type { WorkClone, CloneOrder, WorkClones } from '../../ports/work-clone.ts';

export interface WorkCloneOptions {
  readonly env: GitEnvironment;
  /** Folder below which they lie. */
  readonly temporary: string;
}

/**
 * Clones that hold no objects of their own. `git worktree add` would leave a note in the person's repository when we are
 * killed, and `git archive` leaves out what `export-ignore` names.
 */
export function borrowingClones({ env, temporary }: WorkCloneOptions): WorkClones {
  // Whatever git's own config of this machine says, nothing is fetched from anywhere.
  const quiet: GitEnvironment = { ...env, GIT_LFS_SKIP_SMUDGE: '1', GIT_NO_LAZY_FETCH: '1' };
  return {
    async make(order) {
      const folder = await temporaryFolder(temporary);
      try {
        await checkOut(folder, order, quiet);
        return new BorrowingClone(folder);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw translateSystemError(error, folder);
      }
    },
  };
}

class BorrowingClone implements WorkClone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function temporaryFolder(above: string): Promise<string> {
  try {
    return await mkdtemp(path.join(above, 'lockkeeper-bisect-'));
  } catch (error) {
    throw translateSystemError(error, above);
  }
}

async function checkOut(folder: string, order: CloneOrder, env: GitEnvironment): Promise<void> {
  const ask = async (where: string, words: readonly string[]): Promise<string> =>
    (await askCommand(gitSpec(where, env, words))).replace(/\n$/, '');
  const { root, commit, files } = order;
  const format = await ask(root, ['rev-parse', '--show-object-format']);
  await ask(folder, ['init', '--quiet', '--template=', `--object-format=${format}`, '.']);
  const objects = path.resolve(root, await ask(root, ['rev-parse', '--git-path', 'objects']));
  const own = path.join(folder, '.git');
  await mkdir(path.join(own, 'objects/info'), { recursive: true });
  await writeFile(path.join(own, 'objects/info/alternates'), `${objects}\n`);
  // Where the history ends in a shallow clone, git has to know that it does.
  const shallow = path.resolve(root, await ask(root, ['rev-parse', '--git-path', 'shallow']));
  const ends = await readIfThere(shallow);
  if (ends !== undefined) await writeFile(path.join(own, 'shallow'), ends);
  await ask(folder, ['checkout', '--quiet', '--detach', commit]);
  for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes);
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
