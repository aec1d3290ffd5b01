import path from 'node:path';
import { limits } from '../../base/limits.ts';
import { readConfig } from '../../model/config.ts';
import type { Config } from '../../model/definition.ts';
import { configFileName, type ConfigFiles } from '../../ports/config-file.ts';
import type { Tree, Trees } from '../../ports/file-tree.ts';
import { scanTree, type Scanned } from '../scan.ts';

/** What an update starts from: the files of one commit, and what they say. */
export interface UpdateBase {
  /** The whole hash; undefined: a plain folder, as it is. */
  readonly commit: string | undefined;
  readonly scanned: Scanned;
  readonly config: BaseConfig | undefined;
  /** Files by their names in the folder that is scanned; what cannot be read is left out. */
  readonly read: (files: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;
}

export interface BaseConfig {
  /** From the root of the repository, or of the plain folder, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly config: Config;
}

export interface BaseOrder {
  /** The folder to look at; absolute. */
  readonly directory: string;
  /** A commit's whole hash; undefined: the folder as it is. */
  readonly commit: string | undefined;
  /** What `--config` names; absolute. Undefined: the nearest one of the commit. */
  readonly config: string | undefined;
}

/**
 * Reads mentions and config from one commit, whatever the work tree holds. The policy is that of the commit too: what is
 * proposed cannot loosen the rules that it is held against.
 * @throws Failure `path-missing`, `path-refused`, `config-*`
 */
export async function openBase(
  { directory, commit, config: named }: BaseOrder,
  { trees, configFiles }: { readonly trees: Trees; readonly configFiles: ConfigFiles },
): Promise<UpdateBase> {
  const open = (folder: string): Promise<Tree> =>
    commit === undefined ? trees.open(folder) : trees.openCommit(folder, commit);
  const tree = await open(directory);
  const root = tree.root ?? tree.path;
  const top = root === tree.path ? tree : await open(root);
  const found = named === undefined ? await nearest(top, path.relative(root, tree.path)) : undefined;
  const config =
    named === undefined
      ? found && configOf(found, root)
      : configOf({ file: path.relative(root, named), text: await configFiles.read(named) }, root);
  return {
    commit,
    config,
    scanned: await scanTree(tree, { config: config?.config, file: config && path.join(root, config.file) }),
    read: (files) => readAll(tree, files, limits.scanFileBytesMax),
  };
}

interface ConfigText {
  readonly file: string;
  readonly text: string;
}

/** In the folder, or in the nearest one above it, up to the root. */
async function nearest(top: Tree, below: string): Promise<ConfigText | undefined> {
  const parts = below === '' ? [] : below.split(path.sep);
  const names = [...parts, ''].map((_, at) =>
    [...parts.slice(0, parts.length - at), configFileName].join('/'),
  );
  const found = await readAll(top, names, limits.configBytesMax);
  const file = names.find((name) => found.has(name));
  return file === undefined ? undefined : { file, text: found.get(file)?.toString() ?? '' };
}

function configOf({ file, text }: ConfigText, root: string): BaseConfig {
  const slashed = file.replaceAll(path.sep, '/');
  return { file: slashed, text, config: readConfig(text, slashed, path.dirname(path.join(root, file))) };
}

async function readAll(
  tree: Tree,
  names: readonly string[],
  bytesMax: number,
): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  await tree.read(names, {
    bytesMax,
    receive: (file) => {
      if (file.kind === 'bytes') found.set(file.path, Buffer.from(file.bytes));
    },
  });
  return found;
}
