import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckState } from '../../src/model/check.ts';
import { parseForgeId } from '../../src/model/forge-id.ts';
import type { OuterLoop, OuterLoopTarget, OuterRun, StartedRun } from '../../src/model/outer-loop.ts';
import type { OuterLoops } from '../../src/ports/outer-loops.ts';
import { failureOf } from '../support/registry-under-test.ts';

export interface OuterLoopGround {
  readonly loops: OuterLoops;
  readonly loop: OuterLoop;
  /** Somebody moves the branch. */
  move(commit: string): void;
  /** How many runs were ever started. */
  count(): number;
  /** Ends all runs. */
  finish(state: CheckState): void;
  /** From now on, what is asked for does not start. */
  silence(): void;
  stop(): Promise<void>;
}

export const outerTarget: OuterLoopTarget = {
  branch: 'lockkeeper/update',
  commit: 'a'.repeat(40),
  pullRequest: parseForgeId('1'),
};

function started(outcome: StartedRun): OuterRun {
  assert.ok(outcome.kind === 'started', outcome.kind === 'unconfirmed' ? outcome.why : '');
  return outcome.run;
}

/** What every way of starting an outer loop does. */
export function outerLoopContract(kind: string, make: () => Promise<OuterLoopGround>): void {
  const contract = (situation: string, work: (ground: OuterLoopGround) => Promise<void>): void => {
    test(`${kind}: ${situation}`, async () => {
      const ground = await make();
      try {
        await work(ground);
      } finally {
        await ground.stop();
      }
    });
  };

  contract('a run that was asked for is seen to start, and followed to its end', async (ground) => {
    const { loops, loop } = ground;
    const run = started(await loops.start(loop, outerTarget, []));
    assert.equal(run.state, 'running');
    assert.match(run.url ?? '', /^https?:/);
    assert.deepEqual(await loops.look(loop, run.id, outerTarget), run);
    ground.finish('failed');
    assert.equal((await loops.look(loop, run.id, outerTarget)).state, 'failed');
    ground.finish('passed');
    assert.equal((await loops.look(loop, run.id, outerTarget)).state, 'passed');
  });

  contract('asked for twice, it runs once; one that is known does not count', async (ground) => {
    const { loops, loop } = ground;
    const first = started(await loops.start(loop, outerTarget, []));
    assert.equal(started(await loops.start(loop, outerTarget, [])).id, first.id);
    assert.equal(ground.count(), 1);
    const second = started(await loops.start(loop, outerTarget, [first.id]));
    assert.notEqual(second.id, first.id);
    assert.equal(ground.count(), 2);
    ground.move('b'.repeat(40));
    const elsewhere = { ...outerTarget, commit: 'b'.repeat(40) };
    assert.notEqual(started(await loops.start(loop, elsewhere, [])).id, second.id);
  });

  contract('what is not seen to start is said to be unconfirmed', async (ground) => {
    ground.silence();
    const outcome = await ground.loops.start(ground.loop, outerTarget, []);
    assert.ok(outcome.kind === 'unconfirmed');
    assert.ok(outcome.why.length > 0);
  });

  contract('a run that is not there is missing', async ({ loops, loop }) => {
    const look = loops.look(loop, parseForgeId('424242'), outerTarget);
    assert.equal((await failureOf(look)).code, 'forge-missing');
  });
}
