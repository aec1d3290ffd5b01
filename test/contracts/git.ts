import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../src/base/failure.ts';
import { isOurs } from '../../src/model/commit-seal.ts';
import { isBlobId, parseCommitId, type BlobId } from '../../src/model/commit.ts';
import { parseBranchName } from '../../src/model/branch-name.ts';
import type { CommitOrder } from '../../src/ports/git.ts';
import { ada, type GitGround } from '../support/git-ground.ts';

const main = parseBranchName('main');
const ours = parseBranchName('lockkeeper/update');
const never = parseCommitId('1'.repeat(40));

const lockkeeper = { name: 'Lockkeeper', mail: 'lockkeeper@example.org', at: '2026-11-21T03:00:00Z' };
const change: Omit<CommitOrder, 'parent' | 'files'> = {
  message: 'Move one image\n\nnode: 22\n',
  author: lockkeeper,
  committer: lockkeeper,
};

/** What every kind of clone does. `make` gives one with nothing in it. */
export function gitContract(kind: string, make: () => Promise<GitGround>): void {
  test(`${kind}: names are told, and those that are not there are none`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const first = await ground.write({ files: { a: 'a' } });
    await ground.setLocal('main', first);
    assert.equal(await clone.resolve('main'), first);
    assert.equal(await clone.resolve('refs/heads/main'), first);
    assert.equal(await clone.resolve('HEAD'), first);
    assert.equal(await clone.resolve(first.slice(0, 10)), first);
    assert.equal(await clone.currentBranch(), main);
    assert.equal(await clone.isShallow(), false);
    for (const name of ['', 'nothing', '--all', '-h', never, 'a\nb'])
      assert.equal(await clone.resolve(name), undefined, name);
    await assert.rejects(clone.remote('--upload-pack=x'), (error) => isFailure(error, 'revision-invalid'));
    await assert.rejects(clone.remote('nobody'), (error) => isFailure(error, 'revision-invalid'));
  });

  test(`${kind}: what a branch has and its base has not, newest first`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const root = await ground.write({ files: { a: '1' } });
    const base = await ground.write({ parents: [root], files: { a: '2' }, after: 10 });
    const one = await ground.write({
      parents: [root],
      files: { a: '1', b: '1' },
      message: 'one\n',
      after: 20,
    });
    const two = await ground.write({
      parents: [one],
      files: { a: '1', b: '2' },
      message: 'two\n',
      after: 30,
    });
    assert.equal(await clone.mergeBase(two, base), root);
    const { commits, isWhole } = await clone.commits({ base, tip: two });
    assert.equal(isWhole, true);
    assert.deepEqual(
      commits.map(({ id, message, parents }) => [id, message, parents]),
      [
        [two, 'two\n', [one]],
        [one, 'one\n', [root]],
      ],
    );
    assert.deepEqual(commits[0]?.author, { ...ada, at: '2026-11-01T00:00:30Z' });
    const stranger = await ground.write({ files: { z: 'z' } });
    assert.equal(await clone.mergeBase(two, stranger), undefined);
    assert.deepEqual(await clone.commits({ base: two, tip: root }), { commits: [], isWhole: true });
  });

  test(`${kind}: a commit changes the files that it names and keeps their modes; the same order makes the same commit`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const files = { 'a b/Dockerfile': 'FROM a\n', 'run.sh*': '#!/bin/sh\n', keep: 'k', 'ü/é': 'x', gone: '' };
    const parent = await ground.write({ files });
    const order: CommitOrder = {
      ...change,
      parent,
      files: [
        { path: 'run.sh', bytes: Buffer.from('#!/bin/sh\r\n') },
        { path: 'a b/Dockerfile', bytes: Buffer.from('FROM b\n') },
        { path: 'new/lockkeeper.yaml', bytes: Buffer.from('version: 1\n') },
        { path: 'gone', bytes: undefined },
      ],
    };
    const made = await clone.commit(order);
    assert.equal(await clone.commit(order), made);
    assert.equal(made, '4145a84ebb84938dc2717a9179a5c86cb8d58599');
    const now = await clone.files(made, [...Object.keys(files), 'run.sh', 'new/lockkeeper.yaml', 'new']);
    assert.deepEqual(
      Object.fromEntries([...now].map(([path, { mode, bytes }]) => [path, `${mode}: ${bytes.toString()}`])),
      {
        'a b/Dockerfile': 'plain: FROM b\n',
        keep: 'plain: k',
        'new/lockkeeper.yaml': 'plain: version: 1\n',
        'run.sh': 'executable: #!/bin/sh\r\n',
        'ü/é': 'plain: x',
      },
    );
    const { commits } = await clone.commits({ base: parent, tip: made });
    const [commit] = commits;
    assert.ok(commit !== undefined && isOurs(commit));
    assert.deepEqual([commit.author, commit.parents], [lockkeeper, [parent]]);
    assert.ok(commit.message.startsWith('Move one image\n\nnode: 22\nLockkeeper-Seal: '));
  });

  test(`${kind}: only files are written, and only below the root`, async () => {
    await using ground = await make();
    const parent = await ground.write({ files: { 'a/b': 'x' } });
    for (const path of ['a', 'a/b/c', '../x', '/x', '.git/config', 'a/.GIT/x', '', './x']) {
      const order = { ...change, parent, files: [{ path, bytes: Buffer.from('x') }] };
      await assert.rejects(ground.clone.commit(order), (error) => isFailure(error, 'path-refused'), path);
    }
  });

  test(`${kind}: a branch here moves from where it is expected, and the one that is checked out does not`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const one = await ground.write({ files: { a: '1' } });
    const two = await ground.write({ parents: [one], files: { a: '2' } });
    await ground.setLocal('main', one);
    const move = (
      expected: typeof one | undefined,
      to: typeof one | undefined,
      branch = ours,
    ): Promise<unknown> => clone.moveBranch({ branch, expected, to });
    assert.deepEqual(await move(two, one), { kind: 'moved', at: undefined });
    assert.deepEqual(await move(undefined, one), { kind: 'done' });
    assert.deepEqual(await move(undefined, one), { kind: 'done' }, 'it is there already');
    assert.deepEqual(await move(undefined, two), { kind: 'moved', at: one });
    assert.deepEqual(await move(one, two), { kind: 'done' });
    assert.equal(await clone.resolve(ours), two);
    assert.deepEqual(await move(one, undefined), { kind: 'moved', at: two });
    assert.deepEqual(await move(two, undefined), { kind: 'done' });
    assert.equal(await clone.resolve(ours), undefined);
    assert.deepEqual(await move(one, two, main), { kind: 'checked-out', folder: clone.root });
  });

  test(`${kind}: a branch there is made, moved and deleted by a lease`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const remote = await clone.remote('origin');
    const one = await ground.write({ files: { a: '1' } });
    const [two, three] = [
      await ground.write({ parents: [one], files: { a: '2' } }),
      await ground.write({ parents: [one], files: { a: '3' } }),
    ];
    await ground.setRemote('main', one);
    assert.equal(await remote.defaultBranch(), main);
    assert.equal(await remote.branch(ours), undefined);
    assert.equal(await remote.fetch(main), one);
    const push = (expected: typeof one | undefined, to: typeof one | undefined): Promise<unknown> =>
      remote.push({ branch: ours, expected, to });
    assert.deepEqual(await push(undefined, two), { kind: 'done' });
    assert.equal(await remote.branch(ours), two);
    assert.equal(await remote.branch(parseBranchName('update')), undefined, 'the end of a name is no name');
    assert.deepEqual(await push(two, three), { kind: 'done' }, 'not a descendant, and the lease holds');
    assert.deepEqual(await push(two, three), { kind: 'done' }, 'it is there already');
    await ground.setRemote(ours, two);
    assert.deepEqual(await push(three, one), { kind: 'moved', at: two });
    assert.deepEqual(await push(undefined, one), { kind: 'moved', at: two });
    assert.deepEqual(await push(three, undefined), { kind: 'moved', at: two });
    assert.deepEqual(await push(two, undefined), { kind: 'done' });
    assert.deepEqual(await push(two, undefined), { kind: 'done' }, 'it has gone already');
    assert.deepEqual(await push(two, one), { kind: 'moved', at: undefined });
  });

  test(`${kind}: a remote that refuses says so in its own words`, async () => {
    await using ground = await make();
    const remote = await ground.clone.remote('origin');
    const one = await ground.write({ files: { a: '1' } });
    await ground.refusePushes('GL-HOOK-ERR: no pins on a Friday');
    const answer = await remote.push({ branch: ours, expected: undefined, to: one });
    assert.equal(answer.kind, 'refused');
    assert.match(answer.kind === 'refused' ? answer.said : '', /no pins on a Friday/);
    assert.equal(await remote.branch(ours), undefined);
  });

  test(`${kind}: the history of files along the first parents, with what they held`, async () => {
    await using ground = await make();
    const { clone } = ground;
    const root = await ground.write({ files: { a: '1', b: 'x' } });
    const side = await ground.write({ parents: [root], files: { a: '2', b: 'x' }, after: 10 });
    const between = await ground.write({ parents: [root], files: { a: '1', b: 'x', c: 'c' }, after: 20 });
    const merge = await ground.write({
      parents: [between, side],
      files: { a: '2', b: 'x', c: 'c' },
      message: 'merge it\n',
      after: 30,
    });
    const { changes, isWhole } = await clone.history({ from: merge, paths: ['a', 'none'] });
    assert.equal(isWhole, true);
    assert.deepEqual(
      changes.map(({ commit, at, author, subject, path }) => [commit, at, author, subject, path]),
      [
        [merge, '2026-11-01T00:00:30.000Z', 'Ada Lovelace', 'merge it', 'a'],
        [root, '2026-11-01T00:00:00.000Z', 'Ada Lovelace', 'work', 'a'],
      ],
    );
    const blobs = changes
      .flatMap(({ before, after }) => [before, after])
      .filter((blob) => blob !== undefined);
    const contents = new Map<BlobId, string>();
    const lacking: number[] = [];
    const absent = ['1'.repeat(40)].filter(isBlobId);
    await clone.contents([...blobs, ...absent], (index, bytes) => {
      const blob = blobs[index];
      if (blob === undefined || bytes === undefined) lacking.push(index);
      else contents.set(blob, bytes.toString());
    });
    assert.deepEqual(lacking, [blobs.length]);
    assert.deepEqual(
      changes.map(({ before, after }) => [before, after].map((blob) => blob && contents.get(blob))),
      [
        ['1', '2'],
        [undefined, '1'],
      ],
    );
    assert.deepEqual(await clone.history({ from: merge, paths: [] }), { changes: [], isWhole: true });
  });
}
