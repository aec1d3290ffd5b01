import path from 'node:path';
import type { Survey } from '../model/survey.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Trees } from '../ports/file-tree.ts';
import { scan } from '../stages/scan/scan.ts';
import { loadDraft } from './load-config.ts';

export interface ScanOrder {
  /** Absolute. */
  readonly directory: string;
  /** A commit, branch or tag to read instead of the folder. */
  readonly revision: string | undefined;
  /** What `--config` names; undefined: the nearest one at the folder or above, if there is any. */
  readonly config: string | undefined;
}

export interface ScanTools {
  readonly trees: Trees;
  readonly configFiles: ConfigFiles;
}

/**
 * All mentions of a folder or a commit. lockkeeper.yaml is not needed; where there is one, its patterns are looked for too.
 * @throws Failure `path-missing`, `path-refused`, and `config-*` when a config is there and wrong
 */
export async function scanFolder(order: ScanOrder, { trees, configFiles }: ScanTools): Promise<Survey> {
  const { directory, revision } = order;
  const tree = await (revision === undefined ? trees.open(directory) : trees.openCommit(directory, revision));
  const file = order.config ?? (await configFiles.find(directory));
  const patterns =
    file === undefined ? [] : (await loadDraft(configFiles, { cwd: path.dirname(file), file })).scan.patterns;
  return scan(tree, { survey: false, patterns });
}
