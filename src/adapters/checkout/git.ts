import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { askCommand } from '../../base/command.ts';
import { translateSystemError } from '../../base/failure.ts';
import { gitSpec, withoutFilters, type GitEnvironment } from '../../base/git-command.ts';
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
        const own = { ...(await withoutFilters(root, env)), ...index };
        await askCommand(gitSpec(root, own, ['read-tree', '--end-of-options', commit]));
        await askCommand(gitSpec(root, own, ['checkout-index', '--all', `--prefix=${folder}/`]));
        return checkout;
      } catch (error) {
        await checkout[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}
