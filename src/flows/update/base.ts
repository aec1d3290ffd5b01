import path from 'node:path';
import { Failure } from '../../base/failure.ts';
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
  /** It lies outside of the repository or folder: it is read as it is, and no commit can hold it. */
  readonly isOutside: boolean;
}

export interface BaseOrder {
  /** The folder to look at; absolute. */
  readonly directory: string;
  /** A commit's whole hash; undefined: the folder as it is. */
  readonly commit: string | undefined;
  /** What `--config` names; absolute. Undefined: the nearest one of the commit. */
  readonly config: string | undefined;
}

interface BaseTools {
  readonly trees: Trees;
  readonly configFiles: ConfigFiles;
}

/**
 * Reads mentions and config from one commit, whatever the work tree holds. The policy is that of the commit too: what is
 * proposed cannot loosen the rules that it is held against.
 * @throws Failure `path-missing`, `path-refused`, `config-*`
 */
export async function openBase(order: BaseOrder, tools: BaseTools): Promise<UpdateBase> {
  const { directory, commit, config: named } = order;
  const { trees } = tools;
  const open = (folder: string): Promise<Tree> =>
    commit === undefined ? trees.open(folder) : trees.openCommit(folder, commit);
  const tree = await open(directory);
  const root = tree.root ?? tree.path;
  const top = root === tree.path ? tree : await open(root);
  const found =
    named === undefined
      ? await nearest(top, path.relative(root, tree.path))
      : await namedConfig(named, { commit, top, root }, tools);
  const config = found && configOf(found, root);
  return {
    commit,
    config,
    scanned: await scanTree(tree, { config: config?.config, file: config && path.join(root, config.file) }),
    read: (files) => readAll(tree, files, limits.scanFileBytesMax),
  };
}

/** Where a program reads the config; absolute. `checkout`: where the files of the base lie; undefined: where they are. */
export function configFileIn(checkout: string | undefined, { file, config, isOutside }: BaseConfig): string {
  return checkout === undefined || isOutside
    ? path.join(config.directory, path.basename(file))
    : path.join(checkout, file);
}

interface ConfigText {
  /** From the root. */
  readonly file: string;
  readonly text: string;
}

interface NamedWithin {
  readonly commit: string | undefined;
  readonly top: Tree;
  readonly root: string;
}

/** That of the commit, as all else: what the work tree says of it has no say. */
async function namedConfig(
  named: string,
  { commit, top, root }: NamedWithin,
  { configFiles }: BaseTools,
): Promise<ConfigText> {
  const file = path.relative(root, named);
  if (commit === undefined || liesOutside(file)) return { file, text: await configFiles.read(named) };
  const slashed = file.replaceAll(path.sep, '/');
  const bytes = (await readAll(top, [slashed], limits.configBytesMax)).get(slashed);
  if (bytes !== undefined) return { file, text: bytes.toString() };
  throw new Failure('config-missing', `commit ${commit.slice(0, 12)} holds no ${slashed} that can be read`, {
    hint: 'An update follows the rules of the commit that it is made upon. Commit the file, or name one outside of the repository.',
  });
}

function liesOutside(file: string): boolean {
  return file.split(path.sep)[0] === '..' || path.isAbsolute(file);
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
  const config = readConfig(text, slashed, path.dirname(path.join(root, file)));
  return { file: slashed, text, config, isOutside: liesOutside(file) };
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
