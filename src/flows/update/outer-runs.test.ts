import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/failure.ts';
import { parseForgeId, type ForgeId } from '../../model/forge-id.ts';
import type { NotedRun, OuterLoop, OuterRun } from '../../model/outer-loop.ts';
import type { OuterLoops } from '../../ports/outer-loops.ts';
import { outerRuns, runNotes, type OuterStanding } from './outer-runs.ts';

const target = { branch: 'lockkeeper/update', commit: 'a'.repeat(40), pullRequest: undefined };
const program = ['outer'] as const;

function loopOf(name: string, kind: 'gitlab' | 'command'): OuterLoop {
  const by =
    kind === 'gitlab'
      ? ({ kind, variables: { suite: name } } as const)
      : ({ kind, start: program, state: program, environment: [] } as const);
  return { name, required: true, by };
}

/** Runs that a listing shows by their commit alone; a program lists none. */
class ListedRuns implements OuterLoops {
  readonly runs: OuterRun[] = [];
  readonly started: string[] = [];
  failure: Failure | undefined;

  start({ name, by }: OuterLoop, _target: typeof target, known: readonly ForgeId[]) {
    const there = this.runs.find(({ id }) => !known.includes(id));
    if (there !== undefined && by.kind !== 'command')
      return Promise.resolve({ kind: 'started', run: there } as const);
    this.started.push(name);
    const run = { id: parseForgeId(`run-${name}`), url: undefined, state: 'running' } as const;
    this.runs.push(run);
    return Promise.resolve({ kind: 'started', run } as const);
  }

  look(_loop: OuterLoop, id: ForgeId): Promise<OuterRun> {
    const run = this.runs.find((each) => each.id === id);
    const failure = this.failure ?? new Failure('forge-missing', 'gone');
    return run === undefined || this.failure !== undefined ? Promise.reject(failure) : Promise.resolve(run);
  }
}

const idsOf = (standings: readonly OuterStanding[]): readonly string[] =>
  standings.map((each) =>
    each.kind === 'runs' ? `${each.loop.name} ${each.run.id} ${each.run.state}` : each.kind,
  );

test('two loops of one source get a run each, and keep them', async () => {
  const port = new ListedRuns();
  const loops = [loopOf('one', 'gitlab'), loopOf('two', 'gitlab')];
  const first = await outerRuns({ loops, target, noted: [] }, port);
  assert.deepEqual(idsOf(first), ['one run-one running', 'two run-two running']);
  const noted = runNotes(first, target.commit, []);
  const other = await outerRuns({ loops: loops.toReversed(), target, noted }, port);
  assert.deepEqual(idsOf(other), ['two run-two running', 'one run-one running']);
  const late = await outerRuns({ loops, target, noted: noted.slice(1) }, new ListedRuns());
  assert.deepEqual(idsOf(late), ['one run-one running', 'two run-two running']);
  assert.deepEqual(port.started, ['one', 'two']);
});

test('a program is started once for a commit and asked from then on, even where it does not answer once', async () => {
  const port = new ListedRuns();
  const loops = [loopOf('outer', 'command')];
  let noted: readonly NotedRun[] = [];
  const night = async (): Promise<readonly OuterStanding[]> => {
    const standings = await outerRuns({ loops, target, noted }, port);
    noted = runNotes(standings, target.commit, noted);
    return standings;
  };
  await night();
  port.failure = new Failure('program-timeout', 'slow');
  assert.deepEqual(idsOf(await night()), ['not seen']);
  port.failure = undefined;
  port.runs.splice(0, 1, { id: parseForgeId('run-outer'), url: undefined, state: 'passed' });
  assert.deepEqual(idsOf(await night()), ['outer run-outer passed']);
  assert.deepEqual(port.started, ['outer']);
  const moved = { ...target, commit: 'b'.repeat(40) };
  await outerRuns({ loops, target: moved, noted }, port);
  assert.deepEqual(port.started, ['outer', 'outer']);
});
