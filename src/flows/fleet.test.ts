import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { FleetRepo } from '../model/fleet.ts';
import type { Journal, Journals } from '../ports/journal.ts';
import { askFleet, type AskRepo, type FleetOutcome, type FleetTools } from './fleet.ts';

function fleetOf(count: number): readonly FleetRepo[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `repo-${at}`,
    place: { kind: 'folder', path: `/repos/${at}` },
  }));
}

/** A journal that lives as long as the test. */
class MemoryJournals implements Journals {
  readonly lines: string[] = [];
  order: string | undefined;

  open(_: string, order: string): Promise<Journal> {
    assert.ok(this.order === undefined || this.order === order);
    this.order = order;
    const { lines } = this;
    return Promise.resolve({
      lines: [...lines],
      add: (line) => {
        lines.push(line);
        return Promise.resolve();
      },
    });
  }
}

function toolsOf(journals: Journals): FleetTools {
  return { journals, clones: { make: () => Promise.reject(new Error('nothing is cloned here')) } };
}

const clean = { state: 'clean', counts: { mentions: 1 }, lines: [] } as const;

async function asked(
  repos: readonly FleetRepo[],
  ask: AskRepo,
  journals: Journals,
  signal?: AbortSignal,
): Promise<FleetOutcome> {
  const order = { repos, journal: '/journal', question: 'scan', history: false };
  return askFleet(order, ask, toolsOf(journals), { signal, onEnd: () => undefined });
}

test('whichever of them fails, the others are answered, and a second run asks only that one', async () => {
  const repos = fleetOf(11);
  for (const broken of repos) {
    const journals = new MemoryJournals();
    const failing: AskRepo = (_, { name }) =>
      name === broken.name ? Promise.reject(new Failure('path-missing', 'gone')) : Promise.resolve(clean);
    const first = await asked(repos, failing, journals);
    assert.deepEqual(
      first.rows.filter(({ state }) => state === 'failed').map(({ repo }) => repo),
      [broken.name],
    );
    assert.equal(first.rows.length, 11);
    const again: string[] = [];
    const second = await asked(
      repos,
      (_, { name }) => {
        again.push(name);
        return Promise.resolve(clean);
      },
      journals,
    );
    assert.deepEqual(again, [broken.name]);
    assert.deepEqual(
      [second.earlier, second.rows.map(({ repo }) => repo)],
      [10, repos.map(({ name }) => name)],
    );
  }
});

test('a thousand repositories are asked a few at a time, and shown in the order of the list', async () => {
  let [running, most] = [0, 0];
  const { rows } = await asked(
    fleetOf(1000),
    async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return clean;
    },
    new MemoryJournals(),
  );
  assert.equal(rows.length, 1000);
  assert.equal(rows[999]?.repo, 'repo-999');
  assert.ok(most > 1 && most <= limits.fleetAtOnceMax);
});

test('an interruption ends it, and what was answered until then stays answered', async () => {
  const journals = new MemoryJournals();
  const stop = new AbortController();
  await assert.rejects(
    asked(
      fleetOf(100),
      (_, { name }) => {
        if (name === 'repo-20') stop.abort();
        return Promise.resolve(clean);
      },
      journals,
      stop.signal,
    ),
    (error) => isFailure(error, 'interrupted'),
  );
  assert.ok(journals.lines.length >= 15 && journals.lines.length < 40, String(journals.lines.length));
});

test('a fault of ours is not taken for a repository that failed, and a strange line for no answer', async () => {
  await assert.rejects(
    asked(fleetOf(3), () => Promise.reject(new TypeError('ours')), new MemoryJournals()),
    TypeError,
  );
  const journals = new MemoryJournals();
  journals.lines.push('{', '{"repo":"repo-0"}', '{"repo":"other","state":"clean","counts":{},"lines":[]}');
  const { earlier, rows } = await asked(fleetOf(2), () => Promise.resolve(clean), journals);
  assert.deepEqual([earlier, rows.length], [0, 2]);
});

test('an answer of a part counts and is shown, and the next run asks again', async () => {
  const journals = new MemoryJournals();
  const unseen = new Failure('registry-unreachable', 'gone for now');
  const partly = { state: 'findings', counts: { errors: 1 }, lines: ['Dockerfile:1: x'], unseen } as const;
  const { rows } = await asked(fleetOf(1), () => Promise.resolve(partly), journals);
  const reason = { code: 'registry-unreachable', why: 'gone for now', retryable: true };
  assert.deepEqual(rows, [{ ...partly, repo: 'repo-0', unseen: reason }]);
  const second = await asked(fleetOf(1), () => Promise.resolve(clean), journals);
  assert.deepEqual([second.earlier, second.rows[0]?.state], [0, 'clean']);
});

test('an answer with the longest names and lines that can be fits into a line of the journal', async () => {
  const journals = new MemoryJournals();
  const lines = Array.from({ length: 20 }, () => '\u0001'.repeat(10_000));
  const name = '\u0001'.repeat(1000);
  const repos = [{ name, place: { kind: 'folder', path: '/repos/0' } }] as const;
  await asked(repos, () => Promise.resolve({ ...clean, state: 'findings', lines }), journals);
  assert.ok((journals.lines[0]?.length ?? 0) <= limits.journalLineBytesMax);
  const { earlier } = await asked(repos, () => Promise.reject(new Error('asked again')), journals);
  assert.equal(earlier, 1);
});
