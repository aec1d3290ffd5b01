import { randomUUID } from 'node:crypto';
import { systemClock } from '../base/system-clock.ts';
import type { Clock } from '../base/clock.ts';
import { DiskConfigFiles } from '../adapters/config-file/disk.ts';
import { layerCacheOf } from './layer-cache.ts';
import { diskLedgers } from '../adapters/ledger/disk.ts';
import { diskTrees } from '../adapters/worktree/trees.ts';
import { diskWorktrees } from '../adapters/worktree/worktrees.ts';
import { resultFiles } from '../adapters/result-files/files.ts';
import type { Ledgers } from '../ports/ledger.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Layouts } from '../ports/layout.ts';
import type { ResultFiles } from '../ports/result-files.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { Worktrees } from '../ports/worktree.ts';
import { gitEnvironment, temporaryFolder, type ShellEnvironment } from './environment.ts';

/** What needs neither engine nor network: the same in every wiring. */
export interface LocalTools {
  readonly configFiles: ConfigFiles;
  readonly layerCache: LayerCache;
  readonly ledgers: Ledgers;
  readonly worktrees: Worktrees;
  readonly trees: Trees;
  readonly resultFiles: ResultFiles;
  readonly layouts: Layouts;
  readonly clock: Clock;
  readonly newId: () => string;
}

export function local(environment: ShellEnvironment): LocalTools {
  return {
    configFiles: new DiskConfigFiles(),
    layerCache: layerCacheOf(environment),
    ledgers: diskLedgers,
    worktrees: diskWorktrees({ env: gitEnvironment(environment), temporary: temporaryFolder(environment) }),
    trees: diskTrees(gitEnvironment(environment)),
    resultFiles,
    layouts: diskLayouts,
    clock: systemClock,
    newId: randomUUID,
  };
}
