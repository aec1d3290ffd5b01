import path from 'node:path';
import type { Config } from '../model/definition.ts';
import type { Mention } from '../model/mention.ts';
import type { Survey } from '../model/survey.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Tree, Trees } from '../ports/file-tree.ts';
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

/** What a folder's files say, and what they would say with other bytes. */
export interface Scanned {
  readonly survey: Survey;
  /** Undefined: there is none, and none is needed. */
  readonly config: Config | undefined;
  /** Where it stands; absolute. */
  readonly configFile: string | undefined;
  /** Root of the git work tree around the folder; undefined outside of git. */
  readonly root: string | undefined;
  /** What stands before the names of files, from the root of the repository: empty, or ends with `/`. */
  readonly below: string;
  /** Scans these files alone, with other bytes in them where some are given. */
  readonly mentionsAfter: (files: ReadonlyMap<string, Buffer | undefined>) => Promise<readonly Mention[]>;
}

/**
 * All mentions of a folder or a commit. lockkeeper.yaml is not needed; where there is one, its patterns are looked for too.
 * @throws Failure `path-missing`, `path-refused`, and `config-*` when a config is there and wrong
 */
export async function scanFolder(order: ScanOrder, { trees, configFiles }: ScanTools): Promise<Scanned> {
  const { directory, revision } = order;
  const tree = await (revision === undefined ? trees.open(directory) : trees.openCommit(directory, revision));
  const file = order.config ?? (await configFiles.find(directory));
  const config =
    file === undefined ? undefined : await loadDraft(configFiles, { cwd: path.dirname(file), file });
  return scanTree(tree, { config, file });
}

interface ScanConfig {
  /** Undefined: there is none. */
  readonly config: Config | undefined;
  /** Absolute. */
  readonly file: string | undefined;
}

/** All mentions of a tree, with the patterns of its config. */
export async function scanTree(tree: Tree, { config, file }: ScanConfig): Promise<Scanned> {
  const options = { survey: false, patterns: config?.scan.patterns ?? [] };
  return {
    survey: await scan(tree, options),
    config,
    configFile: file,
    root: tree.root,
    below: belowRoot(tree),
    mentionsAfter: async (changed) => (await scan(treeWith(tree, changed), options)).mentions,
  };
}

/** What stands before the names of a folder's files, from the root of the repository: empty, or ends with `/`. */
export function belowRoot({ root, path: folder }: Pick<Tree, 'root' | 'path'>): string {
  const below = root === undefined ? '' : path.relative(root, folder).replaceAll(path.sep, '/');
  return below === '' ? '' : `${below}/`;
}

/** The files that have mentions with other bytes, as far as they change, and no other files. */
function treeWith(
  tree: Pick<Tree, 'read'>,
  files: ReadonlyMap<string, Buffer | undefined>,
): Pick<Tree, 'list' | 'read'> {
  return {
    list: () => Promise.resolve([...files.keys()]),
    read: async (names, options) => {
      const unchanged: string[] = [];
      for (const name of names) {
        const bytes = files.get(name);
        if (bytes === undefined) unchanged.push(name);
        else options.receive({ kind: 'bytes', path: name, bytes });
      }
      await tree.read(unchanged, options);
    },
  };
}
