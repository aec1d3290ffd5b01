import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { baseImage, makeBases, releases } from '../../demo/bases.ts';
import { startRegistry } from '../../demo/registry.ts';
import { ask, checkout } from '../../demo/shell.ts';
import { fetchSuites, installFromNpm, unpackFromNpm } from '../../demo/suites.ts';
import type { Engine } from '../../src/model/engine.ts';
import type { ReportDocument } from '../../src/model/report-document.ts';
import { reportOfRun, runCommandLine, type Ended } from './command-line.ts';

/** Their tags; the baseline is `bookworm`. */
const candidates = { moved: 'trixie', identical: 'identical' } as const;

/** Real images and real test suites that we did not write, and a gate on them. */
export interface Upstream {
  /**
   * Judges by one suite. The baseline is Debian bookworm with its Python and Node; `moved` is trixie, `identical` the
   * baseline again under another digest.
   */
  readonly gate: (candidate: keyof typeof candidates, suite: UpstreamSuite) => Promise<ReportDocument>;
  readonly close: () => Promise<void>;
}

// Those that wait for ports, timers and processes; the perfect suite for a machine that does other things as well.
const tornadoTests = ['httpserver', 'simple_httpclient', 'ioloop', 'tcpserver', 'tcpclient', 'websocket']
  .concat('locks', 'queues', 'process', 'httputil', 'gen', 'netutil')
  .map((name) => `tornado/test/${name}_test.py`);
const pytest = 'python3 -m pytest --quiet -p no:cacheprovider --junitxml=out/junit.xml';
// pytest's reports join module and class by a dot; its command line wants them apart.
const pytestIds = String.raw`$(for test in {tests}; do echo "$test" | sed -E 's/[.]([A-Z][A-Za-z0-9_]*)::/::\1::/'; done)`;
const tape = 'node ../node_modules/tape/bin/tape';

const suites = {
  /** node-gyp 9.4.0's tests of gyp, which needs `distutils`: there in Python 3.11, gone from 3.13. */
  gyp: {
    source: 'node-gyp/gyp',
    workdir: 'pylib',
    command: `${pytest} --rootdir=. gyp/*_test.py`,
    results: { format: 'junit', files: 'out/*.xml' },
  },
  /** resolve 1.12.0's list of Node's own modules, which every Node since makes longer. */
  'resolve-core': {
    source: 'resolve',
    workdir: 'package',
    command: `${tape} test/core.js`,
    results: { format: 'tap', stdout: true },
  },
  /** All of them: one file needs a module that is not there, and the run stops half-way. */
  'resolve-all': {
    source: 'resolve',
    workdir: 'package',
    command: `${tape} test/*.js`,
    results: { format: 'tap', stdout: true },
  },
  qs: {
    source: 'qs',
    workdir: 'package',
    command: `${tape} test/index.js`,
    results: { format: 'tap', stdout: true },
  },
  tornado: {
    source: 'tornado/usr/lib/python3/dist-packages',
    command: `${pytest} ${tornadoTests.join(' ')}`,
    results: { format: 'junit', files: 'out/*.xml' },
    rerun: { command: `${pytest} --pyargs ${pytestIds}`, test: '{class}::{name}' },
  },
} as const;

export type UpstreamSuite = keyof typeof suites;

/** Makes the images and fetches the suites; what was downloaded is kept where the demo keeps it too. */
export async function openUpstream(engine: Engine): Promise<Upstream> {
  const root = path.join(checkout, '.lockkeeper/upstream');
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await Promise.all([
    makeBases(engine, path.join(checkout, '.lockkeeper/demo/cache')),
    fetchSuites(root).then(() => Promise.all([fetchQs(root), fetchTornado(root)])),
  ]);
  const registry = await startRegistry(engine, path.join(root, 'registry'));
  const close = async (): Promise<void> => {
    await registry.stop();
    await rm(root, { recursive: true, force: true });
  };
  const call = (...words: readonly string[]): Promise<Ended> =>
    runCommandLine([...words, '--quiet'], { cwd: root });
  try {
    await makeBundles(engine, `${registry.host}/upstream/ci`, { root, call });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    gate: async (candidate, suite) =>
      reportOfRun(
        await call('gate', '--bundle', candidate, '--config', configFile(candidate, suite), '--json'),
      ),
    close,
  };
}

interface Desk {
  readonly root: string;
  readonly call: (...words: readonly string[]) => Promise<Ended>;
}

/** A bundle for each candidate, and a config for each suite that it may be judged by. */
async function makeBundles(engine: Engine, repository: string, { root, call }: Desk): Promise<void> {
  await pushImages(engine, repository);
  for (const [candidate, tag] of Object.entries(candidates)) {
    for (const [suite, order] of Object.entries(suites)) {
      const image = { baseline: `${repository}:bookworm`, image: `${repository}:${tag}` };
      const config = { version: 1, images: { ci: image }, suites: { [suite]: { timeout: '5m', ...order } } };
      await writeFile(path.join(root, configFile(candidate, suite)), JSON.stringify(config));
    }
    const ended = await call('build', '--config', configFile(candidate, 'qs'), '--out', candidate);
    if (ended.status !== 0) throw new Error(ended.stderr);
  }
}

function configFile(candidate: string, suite: string): string {
  return `${candidate}-${suite}.yaml`;
}

/** Its tests are not packed with its later versions; what they need is pinned as it was when it came out. */
async function fetchQs(root: string): Promise<void> {
  const home = path.join(root, 'qs');
  await mkdir(home, { recursive: true });
  const needed = ['tape@4.11.0', 'for-each@0.3.3', 'has-symbols@1.0.3', 'iconv-lite@0.4.24'].concat(
    ...['object-inspect@1.6.0', 'qs-iconv@1.0.4', 'safer-buffer@2.1.2', 'mkdirp@0.5.1'],
  );
  await Promise.all([unpackFromNpm('qs@6.9.0', path.join(home, 'package')), installFromNpm(needed, home)]);
}

/** Debian's package holds the tests, too. */
async function fetchTornado(root: string): Promise<void> {
  const home = path.join(root, 'tornado');
  await mkdir(home, { recursive: true });
  await ask('apt-get', ['--option', 'APT::Sandbox::User=root', 'download', 'python3-tornado'], { cwd: home });
  await ask('sh', ['-c', 'dpkg-deb --extract python3-tornado_*.deb .'], { cwd: home });
}

/** Both releases, and the older one again under another digest. */
async function pushImages(engine: Engine, repository: string): Promise<void> {
  const call = (...words: readonly string[]): Promise<string> =>
    ask(engine.program, [...engine.globalArgs, ...words]);
  for (const release of releases) await call('tag', baseImage(release), `${repository}:${release}`);
  const change = ['--change', 'LABEL dev.lockkeeper.test=identical'];
  const container = (await call('create', ...engine.createArgs, baseImage('bookworm'), 'sh')).trim();
  await call('commit', ...change, container, `${repository}:identical`);
  await call('rm', '--force', container);
  const plain = engine.kind === 'podman' ? ['--tls-verify=false'] : [];
  for (const tag of [...releases, 'identical']) await call('push', ...plain, `${repository}:${tag}`);
}
