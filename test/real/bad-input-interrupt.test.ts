import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { failureOfRun, startCommandLine, type Started } from '../support/command-line.ts';
import { sharedGround, tapSuite, type Ground, type Project } from '../support/gate-ground.ts';
import { startRegistryProxy, type Interference } from '../support/registry-proxy.ts';

const ground = sharedGround();
const docker = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words)).stdout.trim();

const gate = ['gate', '--bundle', 'bundle', '--json'] as const;
const waitMs = 60_000;

/** A project whose suite waits for ever while a file lies in its source. */
async function waiting(here: Ground): Promise<{ readonly project: Project; readonly flag: string }> {
  const onBoth = 'if [ -e /work/wait ]; then echo waiting >&2; sleep 1000; fi';
  const project = await here.project({ suite: { ...tapSuite({ onBoth }), source: 'source' } });
  const flag = path.join(project.folder, 'source/wait');
  await mkdir(path.dirname(flag));
  await writeFile(flag, '');
  return { project, flag };
}

/** Resolves when a trial of the project is running its suite, which is after both no-ops. */
async function untilSuiteRuns(project: Project, started: Started): Promise<void> {
  await started.says(/preflight, baseline: exit status 0/);
  const giveUp = performance.now() + waitMs;
  for (;;) {
    const [name] = (await project.containers()).map((line) => line.split(' ')[0]?.replace(/^\//, '') ?? '');
    if (name !== undefined && (await docker('top', name).catch(() => '')).includes('sleep 1000')) return;
    assert.ok(performance.now() < giveUp, 'the suite never started');
    await wait(100);
  }
}

/** Somebody else's container of the same image; it lasts until the end of the test. */
async function bystander(t: TestContext, project: Project): Promise<() => Promise<string>> {
  const [name = ''] = (await project.containers()).map((line) => line.split(' ')[0]?.replace(/^\//, ''));
  const image = await docker('inspect', '--format', '{{.Image}}', name);
  const id = await docker('run', '--detach', '--network', 'none', '--entrypoint', 'sleep', image, '1000');
  t.after(() => docker('rm', '--force', id));
  return () => docker('inspect', '--format', '{{.State.Status}}', id);
}

suite('an interruption', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`by ${signal} of a gate takes away its own containers and no others; the bundle stays as it was`, async (t) => {
      const here = await ground.open(t);
      if (here === undefined) return;
      const { project, flag } = await waiting(here);
      const started = project.start(gate);
      await untilSuiteRuns(project, started);
      const theirs = await bystander(t, project);
      started.kill(signal);
      const ended = await started.ended;
      assert.match(failureOfRun(ended, 'interrupted').message, new RegExp(signal));
      assert.equal(await theirs(), 'running');
      await project.assertNothingLeft();
      failureOfRun(await project.run(['promote', 'bundle', '--json']), 'verdict-missing');
      await rm(flag);
      assert.equal((await project.run([...gate, '--quiet'])).status, 0);
    });
  }

  test('by Ctrl-C twice ends a gate at once, and the bundle is not locked', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const { project, flag } = await waiting(here);
    const started = project.start(gate);
    await untilSuiteRuns(project, started);
    started.kill('SIGINT');
    started.kill('SIGINT');
    const ended = await started.ended;
    // By the signal, as the shell expects it; or in order, where the first one was done before the second came.
    assert.ok(ended.signal === 'SIGINT' || ended.status === 5, JSON.stringify(ended));
    const left = await project.containers();
    if (ended.signal === 'SIGINT') assert.notEqual(left.length, 0, 'nothing was waited for');
    const doctor = await project.run(['doctor', '--json']);
    for (const name of left.map((line) => line.split(' ')[0]?.replace(/^\//, '') ?? '')) {
      assert.match(doctor.stdout, new RegExp(`containers? of gates: .*${name}`));
      await docker('rm', '--force', name);
    }
    await rm(flag);
    const again = await project.run(gate);
    assert.equal(again.status, 0, again.stderr);
  });

  test('of a build leaves neither container nor bundle', async (t) => {
    if ((await ground.open(t)) === undefined) return;
    const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-build-'));
    t.after(() => rm(folder, { recursive: true }));
    await copyFile('/bin/busybox', path.join(folder, 'sh'));
    const label = `lockkeeper-test=${path.basename(folder)}`;
    await writeFile(
      path.join(folder, 'Dockerfile'),
      `FROM scratch\nLABEL ${label}\nCOPY sh /bin/sh\nRUN while :; do read -t 1 x </dev/zero; done\n`,
    );
    const images = 'images: { ci: { baseline: localhost:1/ci, build: {} } }';
    const suites = 'suites: { unit: { command: true } }';
    const config = `version: 1\n${images}\n${suites}\ngate: { engine: docker }\n`;
    await writeFile(path.join(folder, 'lockkeeper.yaml'), config);
    const started = startCommandLine(['build', '--out', 'bundle', '--json', '--verbose'], { cwd: folder });
    await started.says(/Step 4\/4|RUN while/);
    const containers = (): Promise<string> => docker('ps', '--all', '--quiet', '--filter', `label=${label}`);
    const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
      const giveUp = performance.now() + waitMs;
      while (!(await isSo())) {
        assert.ok(performance.now() < giveUp, `waited in vain: ${what}`);
        await wait(200);
      }
    };
    await until('the step runs', async () => (await containers()) !== '');
    started.kill('SIGINT');
    failureOfRun(await started.ended, 'interrupted');
    await until('its container is gone', async () => (await containers()) === '');
  });

  test('of a promotion moves no name, and the next one does', async (t) => {
    const here = await ground.open(t);
    if (here === undefined) return;
    const repository = 'interrupt/promote';
    let interfere: Interference = () => false;
    const proxy = await startRegistryProxy(here.host, (request, response) => interfere(request, response));
    t.after(() => proxy.stop());
    const project = await here.project({ repository, baselineHost: proxy.host });
    assert.equal((await project.run([...gate, '--quiet'])).status, 0);
    const standing = await here.digestOf(repository, 'latest');
    const started: { run?: Started } = {};
    let interrupted = false;
    // The requests stay without an answer, as on a slow line. A second signal would end the program at once.
    interfere = ({ method }) => {
      if (method !== 'PUT') return false;
      if (!interrupted) started.run?.kill('SIGINT');
      interrupted = true;
      return true;
    };
    started.run = project.start(['promote', 'bundle', '--json']);
    const ended = await started.run.ended;
    failureOfRun(ended, 'interrupted');
    assert.ok(ended.durationMs < 20_000, `${ended.durationMs} ms`);
    assert.equal(await here.digestOf(repository, 'latest'), standing);
    await project.assertNothingLeft();
    interfere = () => false;
    assert.equal((await project.run(['promote', 'bundle', '--quiet'])).status, 0);
    assert.notEqual(await here.digestOf(repository, 'latest'), standing);
  });
});
