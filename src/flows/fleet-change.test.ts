import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFleetGround, type FleetGround } from '../../test/support/fleet-ground.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseBranchName } from '../model/branch-name.ts';
import { digestOf } from '../model/digest.ts';
import { shortKey } from '../model/short-key.ts';
import type { Journals } from '../ports/journal.ts';
import { askChange, holdChange, pinsChange } from './fleet-change.ts';
import { patchAnswer } from './fleet-patch.ts';
import { askFleet, type FleetRow } from './fleet.ts';
import type { ProposedChange } from './propose-change.ts';

const branch = parseBranchName('lockkeeper/pin-python');

function pinning(version: string): ProposedChange {
  return {
    branch,
    key: shortKey(digestOf(version)),
    title: `Pin python to ${version}`,
    make: pinsChange({ runtime: 'python', version }),
    describe: (made) => (made.kind === 'made' ? made.lines.join('\n') : ''),
  };
}

/** A journal that lives as long as the test. */
function memoryJournals(): Journals {
  const lines: string[] = [];
  const add = (line: string): Promise<void> => Promise.resolve(void lines.push(line));
  return { open: () => Promise.resolve({ lines: [...lines], add }) };
}

interface Run {
  readonly change?: ProposedChange;
  readonly journals?: Journals;
  readonly dryRun?: boolean;
}

async function run(
  { repos, tools }: FleetGround,
  { change = pinning('3.13'), journals = memoryJournals(), dryRun = false }: Run = {},
): Promise<readonly FleetRow[]> {
  const { rows } = await askFleet(
    { repos, journal: '/journal', question: 'pin', history: false },
    askChange(change, { dryRun }, tools),
    { journals, clones: { make: () => Promise.reject(new Error('nothing is cloned here')) } },
    { signal: undefined, onEnd: () => undefined },
  );
  return rows;
}

function outcomes(rows: readonly FleetRow[]): readonly string[] {
  return rows.map((row) => (row.state === 'failed' ? row.code : (row.change?.outcome ?? '')));
}

async function fileOf(ground: FleetGround, name: string, file: string): Promise<string | undefined> {
  const { origin } = ground.of(name);
  const tip = origin.branches.get(branch);
  return tip === undefined ? undefined : (await origin.files(tip, [file])).get(file)?.bytes.toString();
}

test('one pull request each, and none where nothing is asked for; run again, nothing is pushed or written', async () => {
  const texts = ['3.14.0\r\n', '3.13\n', 'pypy3.11\n'];
  const ground = makeFleetGround(3, (at) => ({ '.python-version': texts[at] ?? '' }));
  const rows = await run(ground);
  assert.deepEqual(outcomes(rows), ['opened', 'nothing', 'absent']);
  assert.equal(await fileOf(ground, 'r0', '.python-version'), '3.13\r\n');
  const [pull] = [...ground.of('r0').world.pullRequests.values()];
  assert.deepEqual([pull?.title, pull?.head, pull?.base], ['Pin python to 3.13', branch, 'main']);
  assert.match(pull?.body ?? '', /\.python-version:1: 3\.14\.0 → 3\.13/);
  assert.deepEqual(outcomes(await run(ground)), ['unchanged', 'nothing', 'absent']);
  assert.deepEqual(
    ['r0', 'r1', 'r2'].map((name) => ground.of(name).pushes.length),
    [1, 0, 0],
  );
});

test('where a file that may pin the runtime cannot be read nothing changes, and its fault is told; others do not matter', async () => {
  const long = `3.${'1'.repeat(300)}`;
  const requires = { 'pyproject.toml': '[project]\nrequires-python = "==3.14.*"\n' };
  const files: readonly Readonly<Record<string, string>>[] = [
    { '.python-version': long, ...requires },
    { '.python-version': long },
    { 'runtime.txt': '3.14', ...requires },
    { 'mise.toml': '[', ...requires },
    { 'package.json': '[', ...requires },
  ];
  const ground = makeFleetGround(files.length, (at) => files[at] ?? {});
  const rows = await run(ground);
  assert.deepEqual(outcomes(rows), ['refused', 'refused', 'refused', 'refused', 'opened']);
  assert.deepEqual(
    rows.map((row) => (row.state === 'failed' ? row.why : row.lines[0])).map((line) => line?.slice(0, 28)),
    [
      '.python-version:1: not read:',
      '.python-version:1: not read:',
      'runtime.txt:1: not read: it ',
      'mise.toml:1: not read: unter',
      'pyproject.toml:2 (project.re',
    ],
  );
});

test('whichever call to whichever forge fails, the others are done, and a second run does only that one', async () => {
  const calls = 3;
  for (let call = 1; call <= calls; call += 1)
    for (const when of ['before', 'after'] as const) {
      const ground = makeFleetGround(11, () => ({ '.python-version': '3.14\n' }));
      const failing = `r${call * 3}`;
      ground.of(failing).faults = [{ call, when, failure: new Failure('forge-unavailable', 'down') }];
      const journals = memoryJournals();
      const first = await run(ground, { journals });
      assert.deepEqual(
        first.flatMap((row) => (row.state === 'failed' ? [row.repo] : [])),
        [failing],
      );
      ground.of(failing).faults = [];
      const others = ground.repos.filter(({ name }) => name !== failing);
      for (const { name } of others)
        ground.of(name).faults = [{ call: 1, when: 'before', failure: new Failure('forge-denied', 'asked') }];
      const second = await run(ground, { journals });
      assert.equal(second.filter(({ state }) => state === 'failed').length, 0);
      for (const { name } of ground.repos) {
        const { world, pushes } = ground.of(name);
        assert.deepEqual([world.pullRequests.size, pushes.length], [1, 1], `${name} call ${call} ${when}`);
      }
    }
});

test('of a thousand, every tenth denies: nine hundred have theirs, and the next run asks a hundred', async () => {
  const ground = makeFleetGround(1000, () => ({ '.python-version': '3.14\n' }));
  const denied = ground.repos.filter((_, at) => at % 10 === 7).map(({ name }) => name);
  for (const name of denied)
    ground.of(name).faults = [{ call: 1, when: 'before', failure: new Failure('forge-denied', 'no') }];
  const journals = memoryJournals();
  const first = await run(ground, { journals });
  assert.equal(outcomes(first).filter((each) => each === 'opened').length, 900);
  for (const name of denied) ground.of(name).faults = [];
  const second = await run(ground, { journals });
  assert.deepEqual(new Set(outcomes(second)), new Set(['opened']));
  const pushed = ground.repos.map(({ name }) => ground.of(name).pushes.length);
  assert.equal(
    pushed.reduce((sum, each) => sum + each, 0),
    1000,
  );
});

test('another version takes the place of the one that is open; what people close is not proposed again', async () => {
  const ground = makeFleetGround(1, () => ({ '.python-version': '3.14\n' }));
  const { world, pushes } = ground.of('r0');
  await run(ground);
  assert.deepEqual(outcomes(await run(ground, { change: pinning('3.12') })), ['updated']);
  assert.equal(world.pullRequest(1).title, 'Pin python to 3.12');
  world.endPullRequest(1, 'closed');
  assert.deepEqual(outcomes(await run(ground, { change: pinning('3.12') })), ['declined']);
  assert.equal(pushes.length, 2);
  const [row] = await run(ground, { change: pinning('3.12') });
  assert.ok(row !== undefined && row.state !== 'failed');
  assert.match(row.lines[0] ?? '', /^people closed \S*1 with this very change/);
  assert.deepEqual(outcomes(await run(ground, { change: pinning('3.13') })), ['opened']);
});

test('what people closed once stays closed, whatever was proposed and closed since, until they open it again', async () => {
  const ground = makeFleetGround(1, () => ({ '.python-version': '3.14\n' }));
  const { world } = ground.of('r0');
  const outcomeOf = async (version: string, dryRun = false): Promise<unknown> =>
    outcomes(await run(ground, { change: pinning(version), dryRun }))[0];
  assert.equal(await outcomeOf('3.13'), 'opened');
  world.endPullRequest(1, 'closed');
  assert.equal(await outcomeOf('3.12'), 'opened');
  assert.equal(await outcomeOf('3.13'), 'declined', 'while another one is open');
  assert.equal(await outcomeOf('3.12'), 'unchanged');
  world.endPullRequest(2, 'closed');
  for (const version of ['3.13', '3.12'])
    for (const dryRun of [true, false])
      assert.equal(
        await outcomeOf(version, dryRun),
        'declined',
        `${version}, ${dryRun ? 'dry' : 'for real'}`,
      );
  const [row] = await run(ground, { change: pinning('3.13') });
  assert.ok(row !== undefined && row.state !== 'failed');
  assert.match(row.lines[0] ?? '', /^people closed a pull request before \S*2 with this very change/);
  assert.equal(await outcomeOf('3.11', true), 'planned');
});

test('where it is so meanwhile the branch goes, and that declines nothing', async () => {
  const ground = makeFleetGround(1, () => ({ '.python-version': '3.14\n' }));
  const { commit, world } = ground.of('r0');
  await run(ground);
  commit({ '.python-version': '3.13\n' });
  assert.deepEqual(outcomes(await run(ground)), ['nothing']);
  if (world.pullRequest(1).state === 'open') world.endPullRequest(1, 'closed');
  commit({ '.python-version': '3.14\n' });
  assert.deepEqual(outcomes(await run(ground)), ['opened']);
});

test('a branch that people wrote to, and one with the label that stops us, are left alone', async () => {
  const ground = makeFleetGround(2, () => ({ '.python-version': '3.14\n' }));
  await run(ground);
  const { clone, origin, world } = ground.of('r0');
  const tip = origin.branches.get(branch);
  assert.ok(tip !== undefined);
  const author = { name: 'Ada', mail: 'ada@example.org', at: '2026-11-02T00:00:00Z' };
  const own = clone.write({ parents: [tip], files: { a: 'b' }, message: 'Mine\n', author });
  origin.take({ branch, to: own });
  world.push(branch, own);
  ground.of('r1').world.label(1, { add: ['lockkeeper: freeze'] });
  assert.deepEqual(outcomes(await run(ground, { change: pinning('3.12'), dryRun: true })), ['left', 'left']);
  const rows = await run(ground, { change: pinning('3.12') });
  assert.deepEqual(outcomes(rows), ['left', 'left']);
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['findings', 'findings'],
  );
  assert.equal(origin.branches.get(branch), own);
});

test('a repository in which one file cannot say it is not changed at all, and is told', async () => {
  const files = { '.python-version': '3.14\n', Pipfile: '[requires]\npython_full_version = "3.14.0"\n' };
  const ground = makeFleetGround(1, () => files);
  const [row] = await run(ground);
  assert.equal(row?.state, 'findings');
  assert.match(row.lines[0] ?? '', /^Pipfile:2 .*whole version only/);
  assert.deepEqual([outcomes([row]), ground.of('r0').pushes.length], [['refused'], 0]);
});

test('a patch that is no text, or too long, is left out of a dry run, and that is said', () => {
  assert.deepEqual(patchAnswer(Buffer.from('-FROM a # ä\n')), { lines: [], patch: '-FROM a # ä\n' });
  assert.deepEqual(patchAnswer(Buffer.from('-FROM a # ä\n', 'latin1')), {
    lines: ['the patch holds text that is not UTF-8, and is not shown'],
  });
  const bytes = limits.fleetPatchBytesMax + 1;
  assert.deepEqual(patchAnswer(Buffer.alloc(bytes, 'a')), {
    lines: [`the patch has ${bytes} bytes and is not shown`],
  });
});

test('a dry run shows the patch, and touches nothing', async () => {
  const ground = makeFleetGround(1, () => ({ '.python-version': '3.14\n' }));
  const [row] = await run(ground, { dryRun: true });
  assert.ok(row !== undefined && row.state !== 'failed');
  assert.match(row.patch ?? '', /^diff --git a\/\.python-version[^]*-3\.14\n\+3\.13\n$/);
  const { pushes, world } = ground.of('r0');
  assert.deepEqual([pushes.length, world.pullRequests.size], [0, 0]);
});

test('a hold goes where the image is named, and asked for twice it stands once', async () => {
  const files = [{ Dockerfile: 'FROM python:3.14\n' }, { Dockerfile: 'FROM node:22\n' }];
  const ground = makeFleetGround(2, (at) => files[at] ?? {});
  const until = '2027-01-01';
  const [author, reason] = ['Ada', 'not there yet'];
  const hold = { image: 'python:3.14', author, reason, until } as const;
  const unsaid = { digest: undefined, keep: undefined, evidence: undefined };
  const change = { ...pinning('hold'), make: holdChange({ ...hold, ...unsaid }) };
  assert.deepEqual(outcomes(await run(ground, { change })), ['opened', 'absent']);
  const text = (await fileOf(ground, 'r0', 'lockkeeper.yaml')) ?? '';
  assert.match(text, /- image: "python:3\.14"[^]*until: 2027-01-01/);
  ground.of('r0').commit({ 'lockkeeper.yaml': text });
  assert.deepEqual(outcomes(await run(ground, { change })), ['nothing', 'absent']);
});
