import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { readHostFacts, type HostFacts } from './host-facts.ts';
import { needsAnotherRuntime, podmanWorkarounds, versionIn } from './podman-workarounds.ts';

const ceilings = { openFiles: 20_000, processes: 32_768 };
const ulimits = ['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=32768:32768'];

interface Case {
  readonly name: string;
  readonly runtime: 'crun' | 'runc';
  readonly rootless?: boolean;
  readonly remote?: boolean;
  readonly host: HostFacts;
  readonly runc?: string;
  readonly globalArgs: readonly string[];
  readonly createArgs: readonly string[];
  readonly used: string;
}

const free: HostFacts = { ceilings: undefined, hybridCgroups: false };

const cases: readonly Case[] = [
  { name: 'a plain machine', runtime: 'crun', host: free, globalArgs: [], createArgs: [], used: 'crun' },
  {
    name: 'limits that may not be raised',
    runtime: 'runc',
    host: { ceilings, hybridCgroups: true },
    globalArgs: [],
    createArgs: ulimits,
    used: 'runc',
  },
  {
    name: 'limits that may not be raised, rootless',
    runtime: 'runc',
    rootless: true,
    host: { ceilings, hybridCgroups: false },
    globalArgs: [],
    createArgs: [],
    used: 'runc',
  },
  {
    name: 'limits that may not be raised here, podman elsewhere',
    runtime: 'crun',
    remote: true,
    host: { ceilings, hybridCgroups: true },
    globalArgs: [],
    createArgs: [],
    used: 'crun',
  },
  {
    name: 'hybrid cgroups, crun, and runc is there',
    runtime: 'crun',
    host: { ceilings: undefined, hybridCgroups: true },
    runc: '1.1.5',
    globalArgs: ['--runtime', 'runc'],
    createArgs: [],
    used: 'runc',
  },
  {
    name: 'hybrid cgroups, crun, and nothing else',
    runtime: 'crun',
    host: { ceilings: undefined, hybridCgroups: true },
    globalArgs: [],
    createArgs: [],
    used: 'crun',
  },
  {
    name: 'limits above what podman asks for',
    runtime: 'runc',
    host: { ceilings: { openFiles: 4_000_000, processes: Number.MAX_SAFE_INTEGER }, hybridCgroups: false },
    globalArgs: [],
    createArgs: ['--ulimit', 'nofile=1048576:1048576', '--ulimit', 'nproc=1048576:1048576'],
    used: 'runc',
  },
];

for (const {
  name,
  runtime,
  rootless = false,
  remote = false,
  host,
  runc,
  globalArgs,
  createArgs,
  used,
} of cases) {
  test(`podman on ${name}: ${[...globalArgs, ...createArgs].join(' ') || 'nothing special'}`, () => {
    const info = {
      host: {
        serviceIsRemote: remote,
        security: { rootless },
        ociRuntime: { name: runtime, version: `${runtime} version 9.9` },
      },
    };
    const found = podmanWorkarounds(info, host, runc);
    assert.deepEqual(
      [found.globalArgs, found.createArgs, found.runtime.name],
      [globalArgs, createArgs, used],
    );
    assert.equal(found.runtime.version, used === runtime ? '9.9' : runc);
    assert.equal(needsAnotherRuntime(info, host), runtime === 'crun' && host.hybridCgroups && !remote);
  });
}

test('versions are found in what runtimes say of themselves', () => {
  assert.equal(versionIn('runc version 1.1.5+ds1\ncommit: 1.1.5+ds1-1+deb12u1'), '1.1.5+ds1');
  assert.equal(versionIn('crun version 1.8.1'), '1.8.1');
  assert.equal(versionIn('nothing'), undefined);
});

const limitsText = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            1024                 20000                files
`;

async function factsOf(files: Readonly<Record<string, string>>): Promise<HostFacts> {
  const root = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const facts = await readHostFacts(root);
  await rm(root, { recursive: true });
  return facts;
}

test('without CAP_SYS_RESOURCE the hard limits are ceilings, that of processes no higher than pid_max', async () => {
  const facts = await factsOf({
    'proc/self/status': 'Name:\tnode\nCapEff:\t000001fffeffffff\n',
    'proc/self/limits': limitsText,
    'proc/sys/kernel/pid_max': '32768\n',
  });
  assert.deepEqual(facts, { ceilings: { openFiles: 20_000, processes: 32_768 }, hybridCgroups: false });
});

test('with CAP_SYS_RESOURCE, or where nothing can be read, there are no ceilings', async () => {
  const all = { 'proc/self/status': 'CapEff:\t000001ffffffffff\n', 'proc/self/limits': limitsText };
  assert.equal((await factsOf(all)).ceilings, undefined);
  assert.equal((await factsOf({})).ceilings, undefined);
});

test('an unlimited limit is a large number', async () => {
  const text = limitsText.replaceAll('20000', 'unlimited').replaceAll('96365', 'unlimited');
  const facts = await factsOf({
    'proc/self/status': 'CapEff:\t0000000000000000\n',
    'proc/self/limits': text,
  });
  assert.deepEqual(facts.ceilings, {
    openFiles: Number.MAX_SAFE_INTEGER,
    processes: Number.MAX_SAFE_INTEGER,
  });
});
