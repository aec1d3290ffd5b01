import { MemoryConfigFiles } from '../../src/adapters/config-file/memory.ts';
import { MemoryForge, type ForgeFault } from '../../src/adapters/forge/memory.ts';
import { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import { MemoryRepositories, type MemoryClone } from '../../src/adapters/git/memory.ts';
import type { FleetChangeTools } from '../../src/flows/fleet-change.ts';
import type { CommitId } from '../../src/model/commit.ts';
import type { FleetRepo } from '../../src/model/fleet.ts';
import { FakeClock } from './fake-clock.ts';
import { ada } from './git-ground.ts';
import { main, memoryTrees } from './update-ground.ts';

/** A repository on a forge in memory, and a clone of it. */
export interface FleetGroundRepo {
  readonly clone: MemoryClone;
  readonly origin: MemoryClone;
  readonly world: MemoryForgeWorld;
  /** Branches that were pushed, in order. */
  readonly pushes: string[];
  /** Commits upon main, in the clone and at its remote. */
  readonly commit: (files: Readonly<Record<string, string>>) => CommitId;
  /** Of the next session with its forge. */
  faults: readonly ForgeFault[];
}

export interface FleetGround {
  readonly repos: readonly FleetRepo[];
  readonly of: (name: string) => FleetGroundRepo;
  readonly tools: FleetChangeTools;
}

export function makeFleetGround(
  count: number,
  files: (at: number) => Readonly<Record<string, string>>,
): FleetGround {
  const repositories = new MemoryRepositories();
  const grounds = new Map<string, FleetGroundRepo>();
  const names = new Set<string>(['lockkeeper.yaml']);
  for (let at = 0; at < count; at += 1) {
    for (const name of Object.keys(files(at))) names.add(name);
    grounds.set(`r${at}`, makeRepo(repositories, `/fleet/r${at}`, files(at)));
  }
  const of = (name: string): FleetGroundRepo => {
    const found = grounds.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  const nameIn = (place: string): string => /\/fleet\/(r[0-9]+)/.exec(place)?.[1] ?? '';
  const known = new Map([...names].map((name) => [name, '']));
  return {
    repos: [...grounds.keys()].map((name) => ({ name, place: { kind: 'folder', path: `/fleet/${name}` } })),
    of,
    tools: {
      git: repositories,
      trees: {
        open: () => Promise.reject(new Error('a change reads no work tree')),
        openCommit: (folder, commit) =>
          memoryTrees(of(nameIn(folder)).clone, known).openCommit(folder, commit),
      },
      configFiles: new MemoryConfigFiles('/'),
      clock: new FakeClock(),
      openForge: ({ remote }) => {
        const { world, faults } = of(nameIn(remote ?? ''));
        const forge = new MemoryForge(world, { faults });
        return { kind: 'forge', forge, access: undefined, close: () => Promise.resolve() };
      },
    },
  };
}

function makeRepo(
  repositories: MemoryRepositories,
  root: string,
  first: Readonly<Record<string, string>>,
): FleetGroundRepo {
  const origin = repositories.create(`${root}.git`);
  const clone = repositories.create(root, { origin });
  for (const each of [origin, clone]) each.head = main;
  const [world, pushes] = [new MemoryForgeWorld(), new Array<string>()];
  const known = new Map<string, string>();
  const commit = (files: Readonly<Record<string, string>>): CommitId => {
    for (const [name, text] of Object.entries(files)) known.set(name, text);
    const parent = clone.branches.get(main);
    const parents = parent === undefined ? [] : [parent];
    const made = clone.write({
      parents,
      files: Object.fromEntries(known),
      message: 'A change\n',
      author: ada,
    });
    for (const each of [origin, clone]) each.take({ branch: main, to: made });
    world.push('main', made);
    return made;
  };
  commit(first);
  origin.onPush = ({ branch, to }) => {
    pushes.push(branch);
    if (to === undefined) world.deleteBranch(branch);
    else world.push(branch, to);
    return undefined;
  };
  return { clone, origin, world, pushes, commit, faults: [] };
}
