import { SystemDocuments } from '../adapters/documents/documents.ts';
import { diskTrees } from '../adapters/worktree/trees.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { Documents } from '../ports/documents.ts';
import { gitEnvironment, proxyVariables, type ShellEnvironment } from './environment.ts';

/** Documents of platforms, on this disk and on the web, without any login. */
export function documentsOf(environment: ShellEnvironment, signal: AbortSignal | undefined): Documents {
  return new SystemDocuments({ proxies: proxyVariables(environment), signal });
}

/** Files of repositories on this disk. */
export function treesOf(environment: ShellEnvironment): Trees {
  return diskTrees(gitEnvironment(environment));
}
