import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { MemoryForge } from '../../src/adapters/forge/memory.ts';
import { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import type { WorldPullRequest } from '../../src/adapters/forge/memory-world.ts';
import { MemoryOuterLoops } from '../../src/adapters/forge/outer-loops/memory.ts';
import { updateBody } from '../../src/cli/update/body.ts';
import { updateIssues } from '../../src/cli/update/issues.ts';
import { publishUpdate, type PublishedUpdate } from '../../src/flows/update/publish.ts';
import type { PublishTools } from '../../src/flows/update/step.ts';
import { defaultUpdateSettings } from '../../src/model/config-update.ts';
import type { UpdateOrder } from '../../src/flows/update/update.ts';
import type { CommitId } from '../../src/model/commit.ts';
import type { UpdateSettings } from '../../src/model/update-settings.ts';
import { main, makeUpdateGround, pinned, updateBranch, type UpdateGround } from './update-ground.ts';

const quiet = { observe: () => undefined, signal: undefined };

/** A repository on a forge in memory, whose compose.yaml pins images that no suite guards. */
export interface ForgeGround {
  readonly ground: UpdateGround;
  readonly forge: MemoryForge;
  readonly world: MemoryForgeWorld;
  readonly loops: MemoryOuterLoops;
  readonly tools: PublishTools;
  /** How often the remote was pushed to. */
  readonly pushes: () => number;
  /** Moves the tags of images on. */
  readonly move: (...names: readonly string[]) => Promise<void>;
  readonly run: (
    settings?: Partial<UpdateSettings>,
    tools?: PublishTools,
    order?: Partial<UpdateOrder>,
  ) => Promise<PublishedUpdate>;
  readonly tip: () => CommitId | undefined;
  /** Which images our branch moves. */
  readonly moved: () => Promise<readonly string[]>;
  readonly pull: () => WorldPullRequest;
  /** The checks of our branch, as its files say; of main too, unless that has none. */
  readonly check: (isGood: (moved: readonly string[]) => boolean, onMain?: boolean) => Promise<void>;
  /** Merges our branch. */
  readonly merge: () => Promise<void>;
}

export async function makeForgeGround(t: TestContext, names: readonly string[]): Promise<ForgeGround> {
  const generations = new Map<string, number>();
  const ground = await makeUpdateGround(t, async (world) => {
    const lines: string[] = [];
    for (const name of names)
      lines.push(`  ${name}: { image: "${pinned(`${name}:1`, await world.push(name, '1', name))}" }\n`);
    return { 'compose.yaml': `services:\n${lines.join('')}` };
  });
  const { origin, clone } = ground;
  const world = new MemoryForgeWorld();
  const follow = (): void => world.push('main', origin.branches.get(main) ?? '');
  follow();
  let pushes = 0;
  origin.onPush = ({ branch, to }) => {
    pushes += 1;
    if (to === undefined) world.deleteBranch(branch);
    else world.push(branch, to);
    return undefined;
  };
  const [forge, loops] = [new MemoryForge(world), new MemoryOuterLoops()];
  const tools: PublishTools = { ...ground.tools, forge, outerLoops: loops, access: undefined };
  const tip = (): CommitId | undefined => origin.branches.get(updateBranch);
  const moved = async (): Promise<readonly string[]> => {
    const [now, before] = [
      await ground.read(tip(), 'compose.yaml'),
      await ground.read(clone.branches.get(main), 'compose.yaml'),
    ];
    const lines = before?.split('\n') ?? [];
    return names.filter((name) => {
      const line = lines.find((each) => each.startsWith(`  ${name}:`));
      return now !== undefined && line !== undefined && !now.includes(line);
    });
  };
  return {
    ground,
    forge,
    world,
    loops,
    tools,
    pushes: () => pushes,
    move: async (...moving) => {
      for (const name of moving) {
        const generation = (generations.get(name) ?? 0) + 1;
        generations.set(name, generation);
        await ground.world.push(name, '1', `${name} ${generation}`);
      }
    },
    run: (settings = {}, own = tools, more = {}) => {
      follow();
      const order = {
        ...ground.order,
        ...more,
        fork: undefined,
        settings: { ...defaultUpdateSettings, ...settings },
        describe: updateBody,
        issues: updateIssues,
      };
      return publishUpdate(order, own, quiet);
    },
    tip,
    moved,
    pull: () => {
      const found = [...world.pullRequests.values()].at(-1);
      assert.ok(found !== undefined, 'there is a pull request');
      return found;
    },
    check: async (isGood, onMain = true) => {
      for (const run of loops.runs) run.state = 'passed';
      const at = tip();
      const check = {
        kind: 'run',
        name: 'ci',
        by: 'ci',
        url: 'https://ci.example.org/1',
        title: '',
        summary: '',
      } as const;
      if (at !== undefined)
        world.report(at, { ...check, state: isGood(await moved()) ? 'passed' : 'failed' });
      const base = origin.branches.get(main);
      if (onMain && base !== undefined)
        world.report(base, { ...check, state: isGood([]) ? 'passed' : 'failed' });
    },
    merge: async () => {
      const at = tip();
      assert.ok(at !== undefined);
      const files = await clone.files(at, ['compose.yaml', 'lockkeeper.yaml']);
      await ground.commit(
        Object.fromEntries([...files].map(([name, { bytes }]) => [name, bytes.toString()])),
      );
      world.endPullRequest([...world.pullRequests.values()].at(-1)?.number ?? 0, 'merged');
    },
  };
}
