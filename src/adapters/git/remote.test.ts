import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { diskGround, env, git, writeHook, type DiskGround } from '../../../test/support/git-ground.ts';
import { serveGit } from '../../../test/support/git-http.ts';
import { isFailure } from '../../base/failure.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { parseCommitId, type CommitId } from '../../model/commit.ts';
import type { GitRemote, PushAnswer } from '../../ports/git.ts';
import { diskRepositories } from './repositories.ts';

const main = parseBranchName('main');
const ours = parseBranchName('lockkeeper/update');
const token = `Basic ${Buffer.from('x-access-token:s3cret-t0ken').toString('base64')}`;

/** A remote with one commit on `main`, and another one above it that is not there yet. */
async function begun(ground: DiskGround): Promise<{ readonly one: CommitId; readonly two: CommitId }> {
  const one = await ground.write({ files: { a: '1' } });
  const two = await ground.write({ parents: [one], files: { a: '2' }, after: 10 });
  await ground.setRemote('main', one);
  return { one, two };
}

function refusal(answer: PushAnswer): string {
  return answer.kind === 'refused' ? answer.said : `not refused: ${answer.kind}`;
}

test('over HTTP with a token: it goes to this remote alone, in place of the one that a checkout left', async () => {
  await using ground = await diskGround();
  const { one, two } = await begun(ground);
  await using http = await serveGit(ground.above);
  git(ground.folder, ['remote', 'set-url', 'origin', `${http.url}remote.git`]);
  git(ground.folder, ['config', `http.${http.url}.extraHeader`, 'Authorization: Basic b2xkOm9sZA==']);
  http.rule = ({ authorization }) => (authorization.join() === token ? undefined : 401);
  const config = git(ground.folder, ['config', '--local', '--list']);
  const remote = await ground.clone.remote('origin', { authorization: token });
  assert.equal(await remote.fetch(main), one);
  assert.deepEqual(await remote.push({ branch: ours, expected: undefined, to: two }), { kind: 'done' });
  assert.equal(git(ground.bare, ['rev-parse', ours]), two);
  assert.ok(http.seen.length > 2 && http.seen.every((values) => values.join() === token));
  assert.equal(git(ground.folder, ['config', '--local', '--list']), config, 'nothing is kept');
});

test('a login stays on its server when that sends us elsewhere, and people are told where to', async () => {
  await using ground = await diskGround();
  const { two } = await begun(ground);
  await using other = await serveGit(ground.above);
  const moved = `${other.url.replace('127.0.0.1', 'localhost')}remote.git`;
  await using home = await serveGit(ground.above);
  home.rule = ({ path: asked }) => ({ movedTo: `${moved}${asked.slice('/remote.git'.length)}` });
  // What a person allows for all servers allows it for no token.
  git(ground.folder, ['config', 'http.followRedirects', 'true']);
  git(ground.folder, ['config', `http.${home.url}.followRedirects`, 'true']);
  const remote = await ground.clone.remote(`${home.url}remote.git`, { authorization: token });
  const push = (): Promise<PushAnswer> => remote.push({ branch: ours, expected: undefined, to: two });
  for (const work of [() => remote.defaultBranch(), () => remote.fetch(main), push])
    await assert.rejects(
      work,
      (error) =>
        isFailure(error, 'remote-denied') && error.message.includes(`has moved to ${moved} (status 301)`),
    );
  assert.equal(other.seen.length, 0);
  const plain = await ground.clone.remote(`${home.url}remote.git`);
  assert.equal(await plain.defaultBranch(), main, 'without a token git goes where it is sent');
  assert.ok(other.seen.length > 0 && other.seen.every((values) => values.length === 0));
});

test('a login goes along to another place of the same server, as GitLab sends whoever leaves .git out', async () => {
  await using ground = await diskGround();
  const { one, two } = await begun(ground);
  await using http = await serveGit(ground.above);
  http.rule = ({ path: asked, authorization }) => {
    if (asked.startsWith('/remote/'))
      return { movedTo: `${http.url}remote.git${asked.slice('/remote'.length)}` };
    return authorization.join() === token ? undefined : 401;
  };
  const opened = (): Promise<GitRemote> => ground.clone.remote(`${http.url}remote`, { authorization: token });
  assert.equal(await (await opened()).defaultBranch(), main);
  assert.equal(await (await opened()).fetch(main), one);
  const move = { branch: ours, expected: undefined, to: two };
  assert.deepEqual(await (await opened()).push(move), { kind: 'done' });
  assert.equal(git(ground.bare, ['rev-parse', ours]), two);
  git(ground.folder, ['remote', 'set-url', 'origin', `${http.url}remote`]);
  const named = await ground.clone.remote('origin', { authorization: token });
  assert.equal(await named.branch(ours), two);
  assert.equal(named.url, `${http.url}remote`);
  http.rule = ({ path: asked }) => ({ movedTo: `${http.url}again${asked}` });
  await assert.rejects((await opened()).branch(main), (error) => isFailure(error, 'remote-denied'));
});

test('over plain HTTP to another machine no token is sent, and people are told so', async () => {
  await using ground = await diskGround();
  await assert.rejects(
    ground.clone.remote('http://git.example.org/a/b.git', { authorization: token }),
    (error) =>
      isFailure(error, 'remote-denied') &&
      error.message.includes('is plain HTTP, over which no token is sent'),
  );
});

test('what a login may not do is refused or denied, what a server cannot do is unreachable; no secret is told', async () => {
  await using ground = await diskGround();
  const { two } = await begun(ground);
  await using http = await serveGit(ground.above);
  const url = `${http.url}remote.git`;
  const remote = await ground.clone.remote(url, { authorization: token });
  assert.equal(remote.url, url);
  const push = (): Promise<PushAnswer> => remote.push({ branch: ours, expected: undefined, to: two });
  http.rule = ({ path: asked }) => (asked.includes('git-receive-pack') ? 403 : undefined);
  assert.match(refusal(await push()), /403/, 'a token that may read only');
  for (const [status, code] of [
    [401, 'remote-denied'],
    [404, 'remote-denied'],
    [503, 'remote-unreachable'],
    [429, 'remote-unreachable'],
  ] as const) {
    http.rule = () => status;
    for (const work of [push, () => remote.fetch(main), () => remote.defaultBranch()])
      await assert.rejects(work, (error) => {
        assert.ok(isFailure(error, code), String(error));
        assert.doesNotMatch(error.message, /s3cret|eC1hY2Nlc3/);
        return true;
      });
  }
  http.rule = ({ path: asked }) => (asked.endsWith('git-receive-pack') ? 502 : undefined);
  await assert.rejects(push, (error) => isFailure(error, 'remote-unreachable'), 'a push that a gateway lost');
});

test('a push whose answer is lost is known by where the branch stands', async () => {
  await using ground = await diskGround();
  const { two } = await begun(ground);
  await using http = await serveGit(ground.above);
  http.rule = ({ path: asked }) => (asked.endsWith('/git-receive-pack') ? 'cut' : undefined);
  const remote = await ground.clone.remote(`${http.url}remote.git`);
  assert.deepEqual(await remote.push({ branch: ours, expected: undefined, to: two }), { kind: 'done' });
});

test('nobody listens, and nothing is there', async () => {
  await using ground = await diskGround();
  const { two } = await begun(ground);
  const http = await serveGit(ground.above);
  await http[Symbol.asyncDispose]();
  for (const url of [`${http.url}remote.git`, `file://${ground.above}/nothing.git`]) {
    const remote = await ground.clone.remote(url);
    await assert.rejects(remote.branch(main), (error) => isFailure(error, 'remote-unreachable'), url);
    const push = remote.push({ branch: ours, expected: undefined, to: two });
    await assert.rejects(push, (error) => isFailure(error, 'remote-unreachable'), url);
  }
});

test('a URL with a login, or that is an option, is no remote; the login of a configured one is not shown', async () => {
  await using ground = await diskGround();
  for (const url of [
    'https://me:pass@example.org/x.git',
    '--upload-pack=touch /tmp/x',
    'ext::sh -c id',
    'https://a b/',
  ])
    await assert.rejects(ground.clone.remote(url), (error) => isFailure(error, 'revision-invalid'), url);
  git(ground.folder, ['remote', 'add', 'mine', 'https://me:pass@example.org/x.git']);
  assert.equal((await ground.clone.remote('mine')).url, 'https://example.org/x.git');
});

test('protected branches: no rewriting and no deleting although the lease holds', async () => {
  await using ground = await diskGround();
  const { one, two } = await begun(ground);
  await ground.setRemote(ours, two);
  git(ground.bare, ['config', 'receive.denyNonFastForwards', 'true']);
  git(ground.bare, ['config', 'receive.denyDeletes', 'true']);
  const remote = await ground.clone.remote('origin');
  assert.match(refusal(await remote.push({ branch: ours, expected: two, to: one })), /non-fast-forward/);
  assert.match(refusal(await remote.push({ branch: ours, expected: two, to: undefined })), /deletion/);
  assert.equal(await remote.branch(ours), two);
});

test('what a hook writes is shown on one line and can neither steer a terminal nor a CI system', async () => {
  await using ground = await diskGround();
  const { two } = await begun(ground);
  writeHook(
    ground.bare,
    'update',
    String.raw`printf '\033[31m::error::pins on\n##[warning]Friday\n' >&2; exit 1`,
  );
  const remote = await ground.clone.remote('origin');
  const said = refusal(await remote.push({ branch: ours, expected: undefined, to: two }));
  assert.match(said, /hook declined/);
  assert.match(said, /pins on/);
  assert.doesNotMatch(said, /\u001b|\n|(?<!\S)::|##\[/);
});

test('a branch that moves while it is pushed to', async () => {
  await using ground = await diskGround();
  const { one, two } = await begun(ground);
  await ground.setRemote(ours, one);
  await ground.setRemote('person', two);
  // The hook runs between git's look at the branch and its move.
  writeHook(
    ground.bare,
    'pre-receive',
    `env -u GIT_QUARANTINE_PATH git update-ref refs/heads/${ours} ${two}`,
  );
  const three = await ground.write({ parents: [one], files: { a: '3' }, after: 20 });
  const remote = await ground.clone.remote('origin');
  assert.deepEqual(await remote.push({ branch: ours, expected: one, to: three }), { kind: 'moved', at: two });
  assert.equal(git(ground.bare, ['rev-parse', ours]), two);
});

test('a shallow clone stays shallow, and fetches as much as a common ancestor takes', async () => {
  await using ground = await diskGround();
  let tip = await ground.write({ files: { a: '0' } });
  const root = tip;
  for (let count = 1; count <= 60; count += 1)
    tip = await ground.write({ parents: [tip], files: { a: String(count) }, after: count });
  const side = await ground.write({ parents: [root], files: { a: '0', b: '1' }, after: 500 });
  const above = await ground.write({ parents: [side], files: { a: '0', b: '2' }, after: 600 });
  await ground.setRemote('main', tip);
  await ground.setRemote('side', above);
  const folder = path.join(ground.above, 'shallow');
  git(ground.above, ['clone', '-q', '--depth=2', `file://${ground.bare}`, folder]);
  const clone = await diskRepositories({ env, temporary: ground.above }).open(folder);
  assert.equal(await clone.isShallow(), true);
  const refs = git(folder, ['for-each-ref']);
  const remote = await clone.remote('origin');
  assert.equal(await remote.fetch(parseBranchName('side')), above);
  assert.deepEqual(await clone.files(above, ['b']).then((files) => files.get('b')?.bytes.toString()), '2');
  assert.equal(git(folder, ['rev-list', '--count', above]), '1', 'of another branch its tip alone');
  assert.equal(git(folder, ['rev-list', '--count', tip]), '2', 'what the person has is not cut');
  assert.equal(await clone.mergeBase(tip, above), undefined, 'not without a remote');
  assert.equal(await clone.mergeBase(tip, above, remote), root);
  const { commits } = await clone.commits({ base: tip, tip: above });
  assert.deepEqual(
    commits.map(({ id }) => id),
    [above, side],
  );
  const made = await clone.commit({
    parent: tip,
    files: [{ path: 'a', bytes: Buffer.from('new') }],
    message: 'new',
    author: { name: 'x', mail: 'x@example.org', at: '2026-11-21T00:00:00Z' },
    committer: { name: 'x', mail: 'x@example.org', at: '2026-11-21T00:00:00Z' },
  });
  assert.deepEqual(await remote.push({ branch: ours, expected: undefined, to: made }), { kind: 'done' });
  assert.equal(git(folder, ['for-each-ref']), refs);
  assert.ok(!existsSync(path.join(folder, '.git/FETCH_HEAD')));
});

test('histories that share nothing have no common ancestor, in a shallow clone too', async () => {
  await using ground = await diskGround();
  const { one } = await begun(ground);
  const stranger = await ground.write({ files: { z: 'z' } });
  await ground.setRemote('stranger', stranger);
  const folder = path.join(ground.above, 'shallow');
  git(ground.above, ['clone', '-q', '--depth=1', `file://${ground.bare}`, folder]);
  const clone = await diskRepositories({ env, temporary: ground.above }).open(folder);
  const remote = await clone.remote('origin');
  await remote.fetch(parseBranchName('stranger'));
  assert.equal(await clone.mergeBase(one, stranger, remote), undefined);
  assert.equal(await clone.resolve(parseCommitId(one)), one);
});
