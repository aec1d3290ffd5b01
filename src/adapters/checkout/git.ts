import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { askCommand } from '../../base/command.ts';
import { translateSystemError } from '../../base/failure.ts';
import { gitSpec, writeFilesAsBlobs, type GitEnvironment } from '../../base/git-command.ts';
import type { Checkout, Checkouts } from '../../ports/checkout.ts';

export interface GitCheckoutOptions {
  readonly env: GitEnvironment;
  /** Folder for what lies there for a while; absolute. */
  readonly temporary: () => Promise<string>;
}

/** Checkouts by an index of their own: neither the person's index nor their work tree is touched. */
export function gitCheckouts({ env, temporary }: GitCheckoutOptions): Checkouts {
  return {
    async make(root, commit): Promise<Checkout> {
      const above = await mkdtemp(path.join(await temporary(), 'checkout-')).catch((error: unknown) => {
        throw translateSystemError(error, 'the folder for checkouts');
      });
      const folder = path.join(above, 'files');
      const index = { GIT_INDEX_FILE: path.join(above, 'index') };
      const checkout: Checkout = {
        folder,
        [Symbol.asyncDispose]: () => rm(above, { recursive: true, force: true }),
      };
      try {
        await mkdir(folder);
        await askCommand(gitSpec(root, { ...env, ...index }, ['read-tree', '--end-of-options', commit]));
        const own = { GIT_DIR: await ownGitFolder(above, root, env), GIT_WORK_TREE: folder };
        await askCommand(gitSpec(folder, { ...env, ...index, ...own }, ['checkout-index', '--all']));
        return checkout;
      } catch (error) {
        await checkout[Symbol.asyncDispose]();
        throw translateSystemError(error, 'the folder for checkouts');
      }
    },
  };
}

/** The person's repository, but for its attributes. What is not there need not be, such as a list of packed references. */
async function ownGitFolder(above: string, root: string, env: GitEnvironment): Promise<string> {
  const words = ['rev-parse', '--git-common-dir'];
  const common = path.resolve(root, (await askCommand(gitSpec(root, env, words))).replace(/\n$/, ''));
  const folder = path.join(above, 'git');
  await mkdir(folder);
  await writeFile(path.join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  for (const name of ['config', 'objects', 'refs', 'packed-refs', 'shallow']) {
    await symlink(path.join(common, name), path.join(folder, name));
  }
  await writeFilesAsBlobs(folder);
  return folder;
}
