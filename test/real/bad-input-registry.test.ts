import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { FailureCode } from '../../src/base/failure.ts';
import { failureOfRun, type ShownFailure } from '../support/command-line.ts';
import { answer, reset, type FaultServer, type SeenRequest } from '../support/fault-server.ts';
import { sharedGround, type Ground, type Project } from '../support/gate-ground.ts';
import { textFile } from '../support/images.ts';
import { forward, startRegistryProxy, type Interference } from '../support/registry-proxy.ts';

const ground = sharedGround();

interface Scene {
  readonly here: Ground;
  readonly repository: string;
  readonly project: Project;
  readonly proxy: FaultServer;
  /** From now on. */
  interfere(how: Interference): void;
  /** What the name stands for, by the registry itself. */
  stands(): Promise<string | undefined>;
}

/** A project whose baseline is asked for through a proxy, which lets everything through at first. */
async function scene(t: TestContext, repository: string): Promise<Scene | undefined> {
  const here = await ground.open(t);
  if (here === undefined) return undefined;
  let current: Interference = () => false;
  const proxy = await startRegistryProxy(here.host, (request, response) => current(request, response));
  t.after(() => proxy.stop());
  return {
    here,
    repository,
    proxy,
    project: await here.project({ repository, baselineHost: proxy.host }),
    interfere: (how) => {
      current = how;
    },
    stands: () => here.digestOf(repository, 'latest'),
  };
}

async function gated(t: TestContext, repository: string): Promise<Scene | undefined> {
  const made = await scene(t, repository);
  if (made === undefined) return undefined;
  const ended = await made.project.run(['gate', '--bundle', 'bundle', '--quiet']);
  assert.equal(ended.status, 0, ended.stderr);
  return made;
}

async function failing(
  { project }: Scene,
  words: readonly string[],
  code: FailureCode,
): Promise<ShownFailure> {
  const failure = failureOfRun(await project.run([...words, '--json']), code);
  await project.assertNothingLeft();
  return failure;
}

const gate = ['gate', '--bundle', 'bundle'] as const;
const promote = ['promote', 'bundle'] as const;

const refusing =
  (status: number, headers: Readonly<Record<string, string>> = {}): Interference =>
  (_, response) => {
    answer(response, status, headers, '{"errors":[{"code":"X","message":"because"}]}');
    return true;
  };

/** Answers with the registry's own bytes, of which one is another. */
const lying =
  (here: Ground, about: RegExp): Interference =>
  async (request: SeenRequest, response: ServerResponse) => {
    if (request.method !== 'GET' || !about.test(request.url)) return false;
    const { body, headers } = await forward(here.host, request);
    const bytes = Buffer.from(body.bytes);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    response.writeHead(body.status, headers);
    response.end(bytes);
    return true;
  };

suite('a registry that', { concurrency: 3 }, () => {
  test('is down: gate and promote say which, after a bounded number of tries, and the next promote works', async (t) => {
    const made = await gated(t, 'registry/down');
    if (made === undefined) return;
    const { project, proxy } = made;
    const standing = await made.stands();
    made.interfere((_, response) => {
      reset(response);
      return true;
    });
    const before = proxy.seen.length;
    const failure = await failing(made, promote, 'registry-unreachable');
    assert.ok(failure.message.includes(proxy.host), failure.message);
    assert.equal(failure.retryable, true);
    assert.equal(proxy.seen.length - before, 6);
    assert.equal(await made.stands(), standing);
    made.interfere(() => false);
    assert.equal((await project.run([...promote, '--quiet'])).status, 0);
    assert.notEqual(await made.stands(), standing);
  });

  test('is not there at all: registry-unreachable names it', async (t) => {
    const made = await scene(t, 'registry/gone');
    if (made === undefined) return;
    await made.proxy.stop();
    const failure = await failing(made, gate, 'registry-unreachable');
    assert.ok(failure.message.includes(made.proxy.host), failure.message);
    failureOfRun(await made.project.run([...promote, '--json']), 'verdict-missing');
  });

  test('answers with errors of its own: registry-unavailable after six tries', async (t) => {
    const made = await scene(t, 'registry/broken');
    if (made === undefined) return;
    made.interfere(refusing(503));
    const failure = await failing(made, gate, 'registry-unavailable');
    assert.match(failure.message, /503/);
    assert.equal(made.proxy.seen.length, 6);
  });

  for (const [status, headers] of [
    [401, { 'www-authenticate': 'Basic realm="x"' }],
    [403, {}],
  ] as const) {
    test(`refuses with ${status}: registry-denied on reading and on writing, at once, and the name stays`, async (t) => {
      const made = await gated(t, `registry/denied-${status}`);
      if (made === undefined) return;
      const standing = await made.stands();
      made.interfere(
        (request, response) =>
          request.method !== 'GET' &&
          request.method !== 'HEAD' &&
          refusing(status, headers)(request, response),
      );
      const pushing = await failing(made, promote, 'registry-denied');
      assert.match(`${pushing.message} ${pushing.hint}`, new RegExp(`${made.proxy.host}[^]*docker login`));
      assert.equal(await made.stands(), standing);
      made.interfere(refusing(status, headers));
      const reading = await failing(made, gate, 'registry-denied');
      assert.ok(reading.message.includes(made.proxy.host), reading.message);
    });
  }

  test('asks to wait a moment is waited for', async (t) => {
    const made = await scene(t, 'registry/busy');
    if (made === undefined) return;
    let left = 2;
    made.interfere((request, response) => {
      left -= 1;
      return left >= 0 && refusing(429, { 'retry-after': '1' })(request, response);
    });
    const ended = await made.project.run([...gate, '--quiet']);
    assert.equal(ended.status, 0, ended.stderr);
    assert.ok(ended.durationMs > 2000, `${ended.durationMs} ms`);
  });

  test('asks to wait an hour: registry-rate-limited at once, with the time', async (t) => {
    const made = await scene(t, 'registry/closed');
    if (made === undefined) return;
    made.interfere(refusing(429, { 'retry-after': '3600' }));
    const failure = await failing(made, gate, 'registry-rate-limited');
    assert.match(failure.message, /60 minutes/);
    assert.equal(made.proxy.seen.length, 1);
  });

  for (const [what, about] of [
    ['a manifest', /\/manifests\/sha256:/],
    ['a layer', /\/blobs\/sha256:/],
  ] as const) {
    test(`serves ${what} of other bytes than its digest says: content-mismatch, and no verdict`, async (t) => {
      const made = await scene(t, `registry/lying-${what.split(' ')[1]}`);
      if (made === undefined) return;
      made.interfere(lying(made.here, about));
      const failure = await failing(made, gate, 'content-mismatch');
      assert.match(failure.message, /sha256:/);
      failureOfRun(await made.project.run([...promote, '--json']), 'verdict-missing');
      const files = await readdir(path.join(made.project.bundle, 'blobs/sha256'));
      made.interfere(() => false);
      assert.equal((await made.project.run([...gate, '--quiet'])).status, 0);
      assert.ok(
        files.every((name) => /^[0-9a-f]{64}$/.test(name)),
        'whole blobs only',
      );
    });
  }
});

suite('a tag that', { concurrency: 3 }, () => {
  const other = { files: [textFile('etc/other', 'somebody else’s\n')] };

  test('was moved between gate and promote stays where somebody put it', async (t) => {
    const made = await gated(t, 'tag/moved');
    if (made === undefined) return;
    const theirs = await made.here.push('tag/moved', 'latest', other);
    const failure = await failing(made, promote, 'baseline-moved');
    assert.ok(failure.message.includes(theirs), failure.message);
    assert.match(failure.hint ?? '', /lockkeeper gate/);
    assert.equal(await made.stands(), theirs);
    assert.ok(
      made.proxy.seen.every(({ method }) => method === 'GET' || method === 'HEAD'),
      'nothing was pushed',
    );
  });

  test('is moved while the candidate is being pushed stays where somebody put it', async (t) => {
    const made = await gated(t, 'tag/moving');
    if (made === undefined) return;
    // Once, however many requests come at a time.
    let pushed: Promise<string> | undefined;
    made.interfere(async ({ method }) => {
      if (method === 'PUT') await (pushed ??= made.here.push('tag/moving', 'latest', other));
      return false;
    });
    const failure = await failing(made, promote, 'baseline-moved');
    const theirs = await pushed;
    assert.ok(theirs !== undefined && failure.message.includes(theirs), failure.message);
    assert.equal(await made.stands(), theirs);
  });
});
