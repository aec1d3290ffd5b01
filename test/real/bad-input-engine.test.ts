import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { streamOf } from '../../src/base/stream.ts';
import type { TarMember } from '../../src/base/tar-write.ts';
import { failureOfRun, reportOfRun, runCommandLine } from '../support/command-line.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { sharedGround } from '../support/gate-ground.ts';
import { textFile } from '../support/images.ts';
import { requirePeer } from '../support/peers.ts';

const ground = sharedGround();

/** A Dockerfile of a busybox with these lines after it, and nothing else. */
async function buildFolder(t: TestContext, lines: string, gate = '{}'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-build-'));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile('/bin/busybox', path.join(folder, 'sh'));
  await writeFile(path.join(folder, 'Dockerfile'), `FROM scratch\nCOPY sh /bin/sh\n${lines}`);
  const images = 'images: { ci: { baseline: localhost:1/ci, build: {} } }';
  const suites = 'suites: { unit: { command: true } }';
  await writeFile(path.join(folder, 'lockkeeper.yaml'), `version: 1\n${images}\n${suites}\ngate: ${gate}\n`);
  return folder;
}

/** A folder of a PATH with these programs of this machine and no others. */
async function pathOf(folder: string, ...programs: readonly string[]): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  for (const program of programs) {
    for (const each of folders) {
      const file = path.join(each, program);
      const isThere = await access(file).then(
        () => true,
        () => false,
      );
      if (!isThere) continue;
      await symlink(file, path.join(bin, program));
      break;
    }
  }
  return bin;
}

suite('what cannot be run', { concurrency: 3 }, () => {
  engines();
  dockerfiles();
  candidates();
});

function engines(): void {
  test('an engine that is not installed: engine-missing says what to install, and no bundle is there', async (t) => {
    const folder = await buildFolder(t, '');
    const env = { PATH: await pathOf(folder, 'git') };
    const ended = await runCommandLine(['build', '--out', 'bundle', '--json'], { cwd: folder, env });
    const failure = failureOfRun(ended, 'engine-missing');
    assert.match(failure.message, /neither docker nor podman/);
    assert.match(failure.hint ?? '', /apt-get install docker\.io/);
    const gate = await runCommandLine(['gate', '--bundle', 'bundle', '--json'], { cwd: folder, env });
    failureOfRun(gate, 'bundle-missing');
  });

  test('an engine that has no daemon: engine-unreachable names the socket and how to start it', async (t) => {
    if (!requirePeer('docker', t)) return;
    const folder = await buildFolder(t, '', '{ engine: docker }');
    const host = `unix://${path.join(folder, 'nobody.sock')}`;
    const ended = await runCommandLine(['build', '--out', 'bundle', '--json'], {
      cwd: folder,
      env: { DOCKER_HOST: host },
    });
    const failure = failureOfRun(ended, 'engine-unreachable');
    assert.ok(failure.message.includes(`${host} is not there`), failure.message);
    assert.match(failure.hint ?? '', /systemctl start docker/);
    assert.equal(failure.retryable, true);
  });

  test('an engine that accepts and never answers: engine-unreachable after a bounded time', async (t) => {
    if (!requirePeer('docker', t)) return;
    const folder = await buildFolder(t, '', '{ engine: docker }');
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
    server.listen(path.join(folder, 'silent.sock'));
    await once(server, 'listening');
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const env = { DOCKER_HOST: `unix://${path.join(folder, 'silent.sock')}` };
    const ended = await runCommandLine(['build', '--out', 'bundle', '--json'], { cwd: folder, env });
    const failure = failureOfRun(ended, 'engine-unreachable');
    assert.match(failure.message, /does not answer within 30 s/);
    assert.match(failure.hint ?? '', /restart it/);
    assert.ok(ended.durationMs < 60_000, `${ended.durationMs} ms`);
  });

  test('an engine that goes away during a trial: engine-unreachable, no verdict, and the next gate works', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const project = await here.project();
    let starts = 0;
    const proxy = await startEngineProxy(path.join(project.folder, 'engine.sock'), (request) => {
      if (/containers\/[^/]+\/start$/.test(request)) starts += 1;
      // Two no-ops, and the suite on the baseline.
      return starts === 3 ? 'gone' : 'answers';
    });
    t.after(() => proxy.stop());
    const env = { DOCKER_HOST: proxy.host };
    const ended = await project.run(['gate', '--bundle', 'bundle', '--json'], { env });
    assert.ok(failureOfRun(ended, 'engine-unreachable').message.includes(proxy.host));
    failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-missing');
    assert.equal((await project.run(['gate', '--bundle', 'bundle', '--quiet'])).status, 0);
  });

  test('podman, with the flags that this machine needs: built, judged and promoted', async (t) => {
    const here = await ground.open(t, 'podman');
    if (here === undefined) return;
    const project = await here.project({ repository: 'engine/podman', engine: 'podman' });
    const ended = await project.run(['gate', '--bundle', 'bundle', '--json']);
    const { verdict, suites } = reportOfRun(ended);
    assert.equal(verdict.kind, 'promote', ended.stderr);
    assert.equal(suites[0]?.environment.engine, 'podman');
    assert.equal((await project.run(['promote', 'bundle'])).status, 0);
    await project.assertNothingLeft();
  });
}

function dockerfiles(): void {
  const faults = [
    { name: 'has a step that fails', lines: 'RUN echo the reason; exit 7\n', says: /the reason[^]*code: 7/ },
    {
      name: 'copies what is not there',
      lines: 'COPY nothing /nothing\n',
      says: /nothing: (?:file does not exist|not found|no such)/,
    },
    { name: 'is none', lines: 'INSTALL everything\n', says: /unknown instruction: INSTALL/i },
  ];
  for (const { name, lines, says } of faults) {
    test(`a Dockerfile that ${name}: build-failed shows the builder’s last words and names the file`, async (t) => {
      if (!requirePeer('docker', t)) return;
      const folder = await buildFolder(t, lines, '{ engine: docker }');
      const ended = await runCommandLine(['build', '--out', 'bundle', '--json'], { cwd: folder });
      const failure = failureOfRun(ended, 'build-failed');
      assert.match(failure.message, says);
      assert.equal(failure.where?.file, path.join(folder, 'Dockerfile'));
      assert.match(failure.hint ?? '', /docker build --file/);
      const gate = await runCommandLine(['gate', '--bundle', 'bundle', '--json'], { cwd: folder });
      failureOfRun(gate, 'bundle-missing');
    });
  }

  test('a Dockerfile that does not build any more leaves the bundle of the build before as it was', async (t) => {
    if (!requirePeer('docker', t)) return;
    const folder = await buildFolder(t, '', '{ engine: docker }');
    const words = ['build', '--out', 'bundle', '--json'];
    assert.equal((await runCommandLine(words, { cwd: folder })).status, 0);
    const document = path.join(folder, 'bundle/lockkeeper.json');
    const before = [
      await readFile(document, 'utf8'),
      await readdir(path.join(folder, 'bundle'), { recursive: true }),
    ];
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\nCOPY gone /gone\n');
    failureOfRun(await runCommandLine(words, { cwd: folder }), 'build-failed');
    const after = [
      await readFile(document, 'utf8'),
      await readdir(path.join(folder, 'bundle'), { recursive: true }),
    ];
    assert.deepEqual(after, before);
  });
}

/** A shell for another processor: the kernel looks at these two bytes and refuses. */
async function foreignShell(): Promise<TarMember> {
  const elf = await readFile('/bin/busybox');
  const [machineAt, x86, arm64] = [18, 0x3e, 0xb7];
  elf.writeUInt16LE(elf.readUInt16LE(machineAt) === x86 ? arm64 : x86, machineAt);
  const owner = { uid: 0, gid: 0, mtime: 0, mode: 0o755 };
  return { ...owner, kind: 'file', name: 'bin/sh', size: elf.length, content: streamOf([elf]) };
}

function candidates(): void {
  const faults = [
    {
      name: 'has no shell',
      repository: 'start/no-shell',
      file: () => Promise.resolve(textFile('bin/.wh.sh', '')),
      says: /"sh": executable file not found/,
    },
    {
      name: 'is made for another processor',
      repository: 'start/foreign',
      file: foreignShell,
      says: /exec format error/,
    },
  ];
  for (const { name, repository, file, says } of faults) {
    test(`a candidate that ${name}: rejected before any suite ran, and its name stays`, async (t) => {
      const here = await ground.open(t);
      if (here === undefined) return;
      await here.pushCandidate(repository, { files: [await file()] });
      const project = await here.project({ repository });
      const standing = await here.digestOf(repository, 'latest');
      const ended = await project.run(['gate', '--bundle', 'bundle', '--json']);
      const { verdict, suites } = reportOfRun(ended);
      assert.equal(verdict.kind, 'reject: regression');
      assert.equal(ended.status, 3);
      assert.match(verdict.sentence, /the candidate cannot start/);
      const [finding] = suites[0]?.findings ?? [];
      assert.match(`${finding?.because} ${finding?.candidateDetail}`, says);
      assert.deepEqual(
        new Set(suites[0]?.trials.map(({ step, side }) => `${step} ${side}`)),
        new Set(['preflight candidate']),
      );
      const refused = failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-forbids');
      assert.match(refused.hint ?? '', /image author/);
      assert.equal(await here.digestOf(repository, 'latest'), standing);
      await project.assertNothingLeft();
    });
  }
}
