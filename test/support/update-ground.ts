import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { MemoryRepositories, type MemoryClone } from '../../src/adapters/git/memory.ts';
import { parseBranchName } from '../../src/model/branch-name.ts';
import type { CommitId } from '../../src/model/commit.ts';
import { parseCommitId } from '../../src/model/commit.ts';
import type { Digest } from '../../src/model/digest.ts';
import { parsePlatform } from '../../src/model/platform.ts';
import { gate } from '../../src/flows/gate.ts';
import { loadConfig } from '../../src/flows/load-config.ts';
import type { UpdateOrder, UpdateTools } from '../../src/flows/update/update.ts';
import type { Tree, Trees } from '../../src/ports/file-tree.ts';
import type { GateProcess } from '../../src/ports/gate-process.ts';
import { ada } from './git-ground.ts';
import { makeWorld, registry, type World } from './world.ts';

export const updateBranch = parseBranchName('lockkeeper/update');
export const main = parseBranchName('main');

/** A repository in memory whose files pin images of registries in memory; trials are functions. */
export interface UpdateGround {
  readonly world: World;
  readonly clone: MemoryClone;
  readonly origin: MemoryClone;
  readonly tools: UpdateTools;
  readonly order: UpdateOrder;
  /** How many gates were run. */
  readonly gates: () => number;
  /** What is in the files of a commit. */
  readonly read: (commit: CommitId | undefined, file: string) => Promise<string | undefined>;
  /** Commits upon main, in the clone and at its remote; what is not named stays. */
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<CommitId>;
}

const root = '/lockkeeper-update/clone';

export async function makeUpdateGround(
  t: TestContext,
  files: (world: World) => Promise<Readonly<Record<string, string>>>,
): Promise<UpdateGround> {
  const world = await makeWorld(t, 'version: 1\n');
  const repositories = new MemoryRepositories();
  const origin = repositories.create('/lockkeeper-update/origin');
  const clone = repositories.create(root, { origin });
  for (const each of [origin, clone]) each.head = main;
  const known = new Map<string, string>();
  const commit = (changed: Readonly<Record<string, string>>): Promise<CommitId> => {
    for (const [name, text] of Object.entries(changed)) known.set(name, text);
    const parent = clone.branches.get(main);
    const made = clone.write({
      parents: parent === undefined ? [] : [parent],
      files: Object.fromEntries(known),
      message: 'A change\n',
      author: ada,
    });
    for (const each of [origin, clone]) each.take({ branch: main, to: made });
    return Promise.resolve(made);
  };
  await commit(await files(world));
  let gates = 0;
  const gateProcess: GateProcess = {
    judge: async ({ bundle, config: file, ledger, bounds }) => {
      gates += 1;
      const config = await loadConfig(world.tools.configFiles, { cwd: path.dirname(file), file });
      const rest = { bundleName: bundle, images: [], madeBy: 'lockkeeper test' };
      const order = { ...rest, config, bundle, ledger, bounds };
      await gate(order, world.tools, world.watching);
    },
  };
  const tools: UpdateTools = {
    ...world.tools,
    trees: memoryTrees(clone, known),
    registriesFor: () => world.tools.registries,
    editor: { read: never, replace: never },
    scratch: never,
    git: repositories,
    checkouts: {
      make: async (_, id) => {
        const folder = await mkdtemp(path.join(world.folder, 'checkout-'));
        for (const [name, file] of await clone.files(parseCommitId(id), [...known.keys()])) {
          await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
          await writeFile(path.join(folder, name), file.bytes);
        }
        return { folder, [Symbol.asyncDispose]: () => Promise.resolve() };
      },
    },
    gateProcess,
  };
  return {
    world,
    clone,
    origin,
    tools,
    order: {
      directory: root,
      config: undefined,
      only: [],
      ledger: undefined,
      dryRun: false,
      reach: 'layers',
      host: parsePlatform('linux/amd64'),
      scratch: path.join(world.folder, 'scratch'),
      madeBy: 'lockkeeper test',
    },
    gates: () => gates,
    read: async (id, file) =>
      id === undefined ? undefined : (await clone.files(id, [file])).get(file)?.bytes.toString(),
    commit,
  };
}

function never(): Promise<never> {
  return Promise.reject(new Error('an update does not ask for this'));
}

/** Reads the commits of a clone in memory; all names that were ever used are looked for. */
export function memoryTrees(clone: MemoryClone, known: ReadonlyMap<string, string>): Trees {
  return {
    open: never,
    openCommit: async (folder, revision): Promise<Tree> => {
      const files = await clone.files(parseCommitId(revision), [...known.keys()]);
      return {
        path: folder,
        root: clone.root,
        list: () => Promise.resolve([...files.keys()].toSorted()),
        read: (names, { receive }) => {
          for (const name of names) {
            const file = files.get(name);
            if (file !== undefined) receive({ kind: 'bytes', path: name, bytes: file.bytes });
          }
          return Promise.resolve();
        },
      };
    },
  };
}

/** `registry.example.org/app:1@sha256:…`. */
export function pinned(name: string, digest: Digest): string {
  return `${registry}/${name}@${digest}`;
}
