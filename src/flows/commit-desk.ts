import path from 'node:path';
import { Failure } from '../base/failure.ts';
import type { CommitId } from '../model/commit.ts';
import { configExists, configFileName, configMissing, type ConfigFiles } from '../ports/config-file.ts';
import type { Editor } from '../ports/editor.ts';
import type { Tree, Trees } from '../ports/file-tree.ts';
import type { GitRepository } from '../ports/git.ts';
import type { PatchedFile } from '../stages/pin/patch.ts';

/**
 * The files of one commit, for flows that read and write a folder: what they read is what was committed, whatever the work
 * tree holds, and what they write stays in memory.
 */
export interface CommitDesk {
  /** Where a person would stand; absolute, and the name of the same folder in `trees`. */
  readonly directory: string;
  readonly tree: Tree;
  readonly trees: Trees;
  readonly configFiles: ConfigFiles;
  readonly editor: Editor;
  /** What was written so far, by its names from the root of the repository. */
  readonly written: () => readonly PatchedFile[];
}

export interface DeskPlace {
  readonly repository: GitRepository;
  readonly commit: CommitId;
  /** Absolute; in the repository. */
  readonly directory: string;
}

/** @throws Failure `path-missing`, `path-refused` */
export async function openDesk(
  { repository, commit, directory }: DeskPlace,
  trees: Trees,
): Promise<CommitDesk> {
  const tree = await trees.openCommit(directory, commit);
  const root = tree.root ?? tree.path;
  const changed = new Map<string, { readonly before: Buffer | undefined; readonly after: Buffer }>();
  const nameOf = (file: string): string => {
    const name = path.relative(root, file).replaceAll(path.sep, '/');
    if (name === '' || name.startsWith('..'))
      throw new Failure('path-refused', `${file} lies outside of the repository`);
    return name;
  };
  const bytesOf = async (name: string): Promise<Buffer | undefined> => {
    const written = changed.get(name);
    if (written !== undefined) return written.after;
    const file = (await repository.files(commit, [name])).get(name);
    if (file?.mode === 'link') throw new Failure('path-refused', `${name} is not a regular file`);
    return file?.bytes;
  };
  const keep = (name: string, before: Buffer | undefined, after: Uint8Array): void => {
    const first = changed.get(name);
    changed.set(name, { before: first === undefined ? before : first.before, after: Buffer.from(after) });
  };
  return {
    directory: tree.path,
    tree,
    trees: {
      open: (folder) => trees.openCommit(folder, commit),
      openCommit: (...of) => trees.openCommit(...of),
    },
    configFiles: configsAt({ root, nameOf, bytesOf, keep }),
    editor: {
      read: async (file, bytesMax) => {
        const bytes = await bytesOf(nameOf(file));
        if (bytes === undefined)
          throw new Failure('path-missing', `${file} is not there`, { where: { file } });
        if (bytes.length > bytesMax)
          throw new Failure('file-changed', `${file} is larger than ${bytesMax} bytes`);
        return bytes;
      },
      replace: async (file, before, after) => {
        const bytes = await bytesOf(nameOf(file));
        if (bytes?.equals(before) !== true) throw new Failure('file-changed', `${file} is not as it was`);
        keep(nameOf(file), bytes, after);
      },
    },
    written: () =>
      [...changed]
        .map(([file, { before, after }]) => ({ file, before, after }))
        .filter(({ before, after }) => before?.equals(after) !== true)
        .toSorted((one, other) => (one.file < other.file ? -1 : 1)),
  };
}

interface ConfigsAt {
  readonly root: string;
  readonly nameOf: (file: string) => string;
  readonly bytesOf: (name: string) => Promise<Buffer | undefined>;
  readonly keep: (name: string, before: Buffer | undefined, after: Uint8Array) => void;
}

function configsAt({ root, nameOf, bytesOf, keep }: ConfigsAt): ConfigFiles {
  return {
    find: async (directory) => {
      for (let folder = directory; ; folder = path.dirname(folder)) {
        const file = path.join(folder, configFileName);
        if ((await bytesOf(nameOf(file))) !== undefined) return file;
        if (folder === root || folder === path.dirname(folder)) return undefined;
      }
    },
    read: async (file) => {
      const bytes = await bytesOf(nameOf(file));
      if (bytes === undefined) throw configMissing(file);
      return decoded(bytes, file);
    },
    // There are names here, and no links.
    leadsTo: (place) => Promise.resolve(path.resolve(place)),
    write: async (file, text, { replace }) => {
      const before = await bytesOf(nameOf(file));
      if (!replace && before !== undefined) throw configExists(file);
      keep(nameOf(file), before, Buffer.from(text));
    },
  };
}

function decoded(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('config-syntax', `${file} is not UTF-8`, { hint: 'Save it as UTF-8.', cause: error });
  }
}
