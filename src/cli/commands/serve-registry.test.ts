import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { runCommandLine } from '../../../test/support/command-line.ts';
import { ask } from '../../../test/support/http-words.ts';
import { systemClock } from '../../base/system-clock.ts';
import { parseBundle } from '../../model/bundle.ts';
import { main } from '../main.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-serve-cli-'));
after(() => rm(folder, { recursive: true, force: true }));

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process; `heard` gets what it prints, and may end it. */
async function run(
  words: readonly string[],
  heard: (text: string, stop: () => void) => void = () => undefined,
): Promise<Said> {
  const stop = new AbortController();
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => {
      out[name] += text;
      if (name === 'stdout') heard(text, () => stop.abort());
    },
    isTerminal: false,
    columns: 100,
  });
  const status = await main({
    words: ['serve-registry', ...words],
    env: { PATH: process.env['PATH'] },
    cwd: folder,
    clock: systemClock,
    signal: stop.signal,
    ask: undefined,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  });
  return { status, ...out };
}

test('words that do not go together are refused before anything is made', async () => {
  for (const [words, message] of [
    [['--dir', 'a', '--capture', 'b'], /exclude each other/],
    [['--thin-against', 'debian:12'], /goes with --capture only/],
    [['--capture', 'a', '--from', 'b'], /goes with --serve only/],
    [['--port', '70000'], /a number up to 65535/],
    [['--listen', '0.0.0.0'], /reached from other machines/],
  ] as const) {
    const { status, stderr } = await run(words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, message);
  }
  assert.deepEqual(await readdir(folder), []);
});

test('it says where it is once it listens, serves until its person ends it, and tells what went by', async () => {
  let answered = 0;
  const { status, stdout, stderr } = await run(['--verbose', '--json'], (text, stop) => {
    const [, host = ''] = /"host": "([^"]+)"/.exec(text) ?? [];
    const look = async (): Promise<void> => {
      answered = (await ask(host, 'GET /v2/')).status;
      stop();
    };
    void look();
  });
  assert.equal(status, 0);
  assert.equal(answered, 200);
  assert.match(
    stdout,
    /^\{\n {2}"host": "127\.0\.0\.1:\d+",\n {2}"kind": "registry",\n {2}"folder": "[^"]+"\n\}\n$/,
  );
  assert.match(stderr, /GET \/v2\/ 200 0 B in, 2 B out\n1 request, 0 B received, 2 B sent\n$/);
});

test('a command runs beside it, finds it, and its status is the answer; its own options are not ours', async () => {
  const look = 'test "$1" = --json && printf %s "$LOCKKEEPER_REGISTRY" > address; exit 7';
  const { status, stdout } = await run(['--dir', 'kept', '--quiet', '--', 'sh', '-c', look, 'sh', '--json']);
  assert.equal(status, 7);
  const host = await readFile(path.join(folder, 'address'), 'utf8');
  assert.equal(stdout, `${host}  a registry\n`);
  await assert.rejects(ask(host, 'GET /v2/'), 'it is gone with the command');
});

const pushScript = `
  const { createHash } = await import('node:crypto');
  const registry = 'http://' + process.env.LOCKKEEPER_REGISTRY;
  const send = async (method, url, body, headers) => {
    const answer = await fetch(new URL(url, registry), { method, body, headers });
    if (!answer.ok) throw new Error(method + ' ' + url + ' ' + answer.status + await answer.text());
    return answer.headers.get('location');
  };
  const digestOf = (text) => 'sha256:' + createHash('sha256').update(text).digest('hex');
  const uploads = '/v2/team/ci/blobs/uploads/';
  const push = async (nonce) => {
    const mediaType = 'application/vnd.oci.image.config.v1+json';
    const config = JSON.stringify({ os: 'linux', architecture: 'amd64', nonce, rootfs: { type: 'layers', diff_ids: [] } });
    await send('POST', uploads + '?digest=' + digestOf(config), config);
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType, digest: digestOf(config), size: config.length }, layers: [] });
    await send('PUT', '/v2/team/ci/manifests/v1', manifest, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
  };
`;

test('killed with kill -9 in the middle of an upload, the bundle holds what was pushed, and the next start cleans up', async () => {
  const bundle = path.join(folder, 'killed');
  const capture = (script: string) =>
    runCommandLine(
      ['serve-registry', '--capture', bundle, '--', process.execPath, '--input-type=module', '-e', script],
      { cwd: folder },
    );
  const killed = await capture(
    `${pushScript}
    await push(1);
    await send('PATCH', await send('POST', uploads), 'half of it');
    process.kill(process.ppid, 'SIGKILL');`,
  );
  assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  const membersOf = async () =>
    parseBundle(await readFile(path.join(bundle, 'lockkeeper.json')), bundle).members;
  const [first] = await membersOf();
  const left = (await readdir(bundle)).filter((name) => name.endsWith('.tmp'));
  assert.equal(left.length, 1, 'the half upload');
  const again = await capture(`${pushScript} await push(2);`);
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual((await readdir(bundle)).toSorted(), [
    'blobs',
    'index.json',
    'lockkeeper.json',
    'oci-layout',
  ]);
  const [second, ...others] = await membersOf();
  assert.deepEqual([second?.image, others.length], ['ci', 0]);
  assert.notEqual(second?.digest, first?.digest);
});
