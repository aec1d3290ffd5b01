import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startFaultServer, type FaultServer } from '../../../test/support/fault-server.ts';
import { assertGolden } from '../../../test/support/golden.ts';
import { pushLayers } from '../../../test/support/layered-image.ts';
import { builderLabels, type MadeBuilder } from '../../../test/support/parity-ground.ts';
import { SmallRegistry } from '../../../test/support/small-registry.ts';
import { diskLayouts } from '../../adapters/registry/layout.ts';
import { MemoryRepository } from '../../adapters/registry/memory.ts';
import { systemClock } from '../../base/system-clock.ts';
import * as z from 'zod';
import { textAt, valueAt } from '../../base/json-path.ts';
import { parityDocumentSchema } from '../../model/parity-document.ts';
import { collectBytes } from '../../base/stream.ts';
import { main } from '../main.ts';

let folder: string;
let server: FaultServer;
const registry = new SmallRegistry();

const python = (version: string): MadeBuilder => ({
  buildpacks: [
    { id: 'heroku/python', version },
    { id: 'heroku/procfile', version: '4.0.0' },
  ],
  order: [['heroku/python', 'heroku/procfile?']],
});

/** The layers, labels and manifest of a builder, on a registry that counts what it is asked. */
async function serveBuilder(tag: string, made: MadeBuilder): Promise<void> {
  const memory = new MemoryRepository('memory');
  const digest = await pushLayers(memory, {
    layers: [[{ name: 'cnb/order.toml', content: tag }]],
    settings: { Labels: builderLabels(made) },
  });
  const manifest = await memory.manifest(digest);
  assert.ok(manifest.kind === 'manifest');
  for (const blob of [manifest.config, ...manifest.layers]) {
    const tooLarge = (): never => assert.fail('larger than it is');
    registry.putBlob(await collectBytes(memory.blob(blob), blob.size, tooLarge));
  }
  registry.put(manifest, tag);
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-parity-cli-'));
  server = await startFaultServer((request, response) => registry.serve(request, response));
  await serveBuilder('default', python('0.8.0'));
  await serveBuilder('latest', python('0.26.1'));
  await serveBuilder('new', python('2.7.1'));
  const repo = path.join(folder, 'repo');
  await mkdir(repo);
  await writeFile(path.join(repo, '.python-version'), '# deployed by the platform\n3.14.0\n');
  await writeFile(
    path.join(repo, 'pyproject.toml'),
    '[project]\nname = "a"\nrequires-python = ">=3.11,<3.14"\n',
  );
  await writeFile(path.join(repo, 'mise.toml'), '[tools\n');
  const builder = (tag: string): string => `builder: "${server.host}/platform/builder:${tag}"`;
  await writeFile(
    path.join(repo, 'lockkeeper.yaml'),
    `version: 1
platforms:
  cloud:
    deploys: [default]
    ci: latest
    channels:
      default: { ${builder('default')}, upstream: "${server.host}/platform/builder:new", valid-until: 2026-01-31 }
      latest: { ${builder('latest')} }
      next: { ${builder('latest')} }
      gone: { ${builder('gone')} }
`,
  );
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in this process; the port of the registry is another one each time. */
function run(...words: readonly string[]): Promise<Said> {
  return runWith(process.env['PATH'], words);
}

async function runWith(programs: string | undefined, words: readonly string[]): Promise<Said> {
  const out = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string): void => void (out[name] += text),
    isTerminal: false,
    columns: 100,
  });
  const status = await main({
    words: ['parity', ...words],
    env: { PATH: programs, XDG_CACHE_HOME: path.join(folder, 'cache') },
    cwd: path.join(folder, 'repo'),
    clock: systemClock,
    signal: new AbortController().signal,
    ask: undefined,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  });
  return { status, ...out };
}

const plain = (text: string): string =>
  text
    .replaceAll(server.host, 'registry.test')
    .replaceAll(/, for \d+ days since/g, ', for N days since')
    .replaceAll(/, \d+ days? ago/g, ', N days ago');

test('without any config one builder is asked, with a HEAD, two GETs, and no layer', async () => {
  const look = async (): Promise<readonly string[]> => {
    const seenBefore = server.seen.length;
    const builder = `${server.host}/platform/builder:latest`;
    const { status, stdout } = await run('check', '--builder', builder, '--quiet');
    assert.equal(status, 3);
    assertGolden('parity/check-builder.txt', plain(stdout));
    const asked = server.seen.slice(seenBefore).map(({ method, url }) => `${method} ${url.split('/')[4]}`);
    return asked.filter((each) => !each.endsWith('undefined'));
  };
  assert.deepEqual(await look(), ['HEAD manifests', 'GET manifests', 'GET blobs']);
  assert.deepEqual(
    await look(),
    ['HEAD manifests'],
    'a builder that is known is asked for nothing but its digest',
  );
});

test('the channels of a platform are each answered; only those that deploy count', async () => {
  const { status, stdout } = await run('check', '--quiet');
  assert.equal(status, 3);
  assertGolden('parity/check-platform.txt', plain(stdout));
});

test('the document follows its schema, and the reports name the lines', async () => {
  const sarif = path.join(folder, 'out.sarif');
  const { status, stdout, stderr } = await run('check', '--json', '--report', sarif, '--report', 'github');
  assert.equal(status, 3);
  const document = parityDocumentSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    document.pins[0]?.answers.map(({ channel, kind, counts }) => [channel, kind, counts]),
    [
      ['default', 'ignored', true],
      ['latest', 'unsupported', false],
      ['next', 'unsupported', false],
    ],
  );
  assert.deepEqual(
    [document.failed.map(({ name, code }) => [name, code]), document.notRead.map(({ file }) => file)],
    [[['gone', 'manifest-missing']], ['mise.toml']],
  );
  assert.match(stderr, /::error file=\.python-version,line=2,/);
  const log: unknown = JSON.parse(await readFile(sarif, 'utf8'));
  assert.deepEqual(
    [textAt(log, 'runs', 0, 'results', 0, 'ruleId'), valueAt(log, 'runs', 0, 'results', 0, 'level')],
    ['parity-ignored', 'error'],
  );
});

test('a profile shows what it resolved to, and what a person should know', async () => {
  const { status, stdout } = await run('profile', '--quiet');
  assert.equal(status, 2, 'a channel is gone');
  assertGolden('parity/profile.txt', plain(stdout));
  const json: unknown = JSON.parse((await run('profile', '--json')).stdout);
  assert.equal(textAt(json, 'channels', 1, 'facts', 'buildpacks', 0, 'version'), '0.26.1');
});

test('a watch tells what moved since the last look, and writes ceilings for Renovate, but over no file of somebody else', async () => {
  await serveBuilder('watched', python('0.26.1'));
  const preset = path.join(folder, 'preset.json');
  const words = ['watch', '.', '--builder', `${server.host}/platform/builder:watched`, '--quiet'];
  const look = (): Promise<Said> =>
    run(...words, '--ledger', path.join(folder, 'ledger'), '--renovate', preset);
  assert.equal((await run(...words)).status, 2, 'no ledger');
  assert.equal((await look()).status, 3);
  const rules: unknown = JSON.parse(await readFile(preset, 'utf8'));
  assert.deepEqual(valueAt(rules, 'packageRules', 0, 'matchDepNames'), ['python']);
  const managers = z.array(z.string()).parse(valueAt(rules, 'packageRules', 0, 'matchManagers'));
  assert.ok(managers.includes('pyenv') && !managers.includes('dockerfile'));
  assert.equal(textAt(rules, 'packageRules', 0, 'allowedVersions'), '<3.14');
  await serveBuilder('watched', python('2.7.1'));
  const { status, stdout } = await look();
  assert.equal(status, 3, 'what is possible now breaks the other file');
  assertGolden('parity/watch.txt', plain(stdout).replaceAll(/until \d{4}-\d{2}-\d{2}/g, 'until THEN'));
  const json: unknown = JSON.parse(
    (await run(...words, '--ledger', path.join(folder, 'ledger'), '--json')).stdout,
  );
  assert.deepEqual([valueAt(json, 'first'), valueAt(json, 'moved')], [false, []]);
  await writeFile(preset, '{"extends":["config:recommended"]}');
  assert.equal((await look()).status, 2);
  assert.equal(await readFile(preset, 'utf8'), '{"extends":["config:recommended"]}');
});

test('a watch that asks the builders themselves needs an engine, says so, and keeps no look without it', async () => {
  const ledger = path.join(folder, 'unheard');
  const builder = `${server.host}/platform/builder:latest`;
  const words = ['watch', '.', '--level', 'L3', '--builder', builder, '--ledger', ledger];
  const { status, stderr } = await runWith(folder, words);
  assert.equal(status, 5);
  assert.match(stderr, /engine-missing/);
  await assert.rejects(readdir(ledger), { code: 'ENOENT' });
});

test('a watch whose deploying channel cannot be had says so, ends with 5, and leaves the preset alone', async () => {
  const config = path.join(folder, 'partial.yaml');
  const builder = (tag: string): string => `builder: "${server.host}/platform/builder:${tag}"`;
  await writeFile(
    config,
    `version: 1\nplatforms:\n  p:\n    deploys: [new, gone]\n    channels:\n      new: { ${builder('new')} }\n      gone: { ${builder('gone')} }\n`,
  );
  const app = path.join(folder, 'app');
  await mkdir(app);
  await writeFile(path.join(app, '.python-version'), '3.14\n');
  const preset = path.join(folder, 'partial.json');
  const words = ['watch', app, '--config', config, '--ledger', path.join(folder, 'partial')];
  const { status, stdout, stderr } = await run(...words, '--renovate', preset, '--quiet');
  assert.equal(status, 5, stderr);
  assert.match(stdout, /Not looked at\n {2}gone: [^]*what it last told/);
  await assert.rejects(readFile(preset), { code: 'ENOENT' });
  const json: unknown = JSON.parse((await run(...words, '--json')).stdout);
  assert.equal(textAt(json, 'failedChannels', 0, 'name'), 'gone');
});

test('a builder in a layout is asked as well, without any registry', async () => {
  const layout = await diskLayouts.openOrCreate(path.join(folder, 'layout'));
  await pushLayers(layout, {
    tag: 'ours',
    layers: [[{ name: 'cnb/order.toml', content: '' }]],
    settings: { Labels: builderLabels(python('4.0.0')) },
  });
  const { status, stdout } = await run(
    'check',
    '--builder',
    `oci:${path.join(folder, 'layout')}:ours`,
    '--json',
  );
  const { pins } = parityDocumentSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    pins.map(({ answers }) => answers[0]?.kind),
    ['supported', 'ignored'],
  );
  assert.equal(status, 3, 'the two files disagree');
});

test('a pin file that cannot be read is no clean answer', async () => {
  const broken = path.join(folder, 'broken');
  await mkdir(broken);
  await writeFile(path.join(broken, 'package.json'), '{');
  const { status, stdout } = await run(
    'check',
    broken,
    '--builder',
    `oci:${path.join(folder, 'layout')}:ours`,
  );
  assert.equal(status, 4, stdout);
  assert.match(stdout, /^1 place could not be read\.$/m);
});

test('what is asked about has to be there', async () => {
  assert.equal((await run('check', '--profile', 'other')).status, 2);
  assert.equal((await run('check', '--level', 'L9')).status, 2);
  assert.equal((await run('check', '--builder', 'docker-daemon:a:1')).status, 2);
  assert.equal((await run('check', '--report', 'a.pdf')).status, 2);
  assert.equal((await run('profile', 'other')).status, 2);
  assert.equal((await run('check', path.join(folder, 'nowhere'), '--builder', 'a')).status, 2);
});
