import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryConfigFiles } from '../adapters/config-file/memory.ts';
import { noCredentials } from '../adapters/credentials/none.ts';
import { MemoryRegistries, MemoryRepository } from '../adapters/registry/memory.ts';
import { Failure } from '../base/failure.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { exitOf, type Diagnosis } from '../model/diagnosis.ts';
import { shortDigest } from '../model/digest.ts';
import { parseManifest } from '../model/manifest.ts';
import type { EngineExamination } from '../ports/engines.ts';
import type { Machine } from '../ports/machine.ts';
import type { Registries } from '../ports/repository.ts';
import { examineAll, type DoctorTools } from './doctor.ts';
import { sampleEngine } from '../../test/support/sample-engine.ts';

const GiB = 1024 ** 3;

const engine = sampleEngine({
  version: '28.2.2',
  buildkit: 'buildx',
  runtime: { name: 'runc', version: '1.3.3' },
  cpus: 4,
  memoryBytes: 16 * GiB,
});

const machine: Machine = {
  node: '24.1.0',
  temporary: '/tmp',
  git: () => Promise.resolve('2.39.5'),
  freeBytes: () => Promise.resolve(50 * GiB),
  engineRoot: () => Promise.resolve('/var/lib/docker'),
  ownContainers: () => Promise.resolve([]),
  changelog: () => Promise.resolve(undefined),
  kindOf: (path) => Promise.resolve(path.includes('Dockerfile') ? 'file' : 'folder'),
};

const config = `version: 1
images: { ci: { baseline: "registry.example.org/team/ci:latest", build: { dockerfile: ci.Dockerfile } } }
suites: { unit: { command: make test } }
`;

const noPodman: EngineExamination = { kind: 'podman', state: 'missing' };
const works: EngineExamination = { kind: 'docker', state: 'works', engine };

interface Situation extends Partial<Pick<DoctorTools, 'credentials'>> {
  readonly registries?: Registries;
  readonly engines?: readonly EngineExamination[];
  readonly machine?: Partial<Machine>;
  /** Undefined: the usual one; null: none. */
  readonly config?: string | null;
}

async function examine(situation: Situation = {}, file?: string): Promise<readonly Diagnosis[]> {
  const text = situation.config === undefined ? config : situation.config;
  const tools: DoctorTools = {
    machine: { ...machine, ...situation.machine },
    engines: {
      find: () => Promise.reject(new Error('not asked')),
      examine: () => Promise.resolve(situation.engines ?? [works, noPodman]),
    },
    configFiles: new MemoryConfigFiles('/repo', text === null ? {} : { '/repo/lockkeeper.yaml': text }),
    registriesOf: () => situation.registries ?? new MemoryRegistries(),
    credentials: situation.credentials ?? noCredentials,
  };
  return examineAll({ cwd: '/repo', file }, tools, undefined);
}

const lines = (
  diagnoses: readonly Diagnosis[],
  ...states: readonly Diagnosis['state'][]
): readonly string[] =>
  diagnoses
    .filter(({ state }) => states.includes(state))
    .map(({ subject, message }) => `${subject}: ${message}`);

test('where everything works, every part says so, and isolation is spoken of', async () => {
  const registries = await registriesWith('team/ci', 'latest');
  const credentials = {
    find: () => Promise.resolve({ kind: 'basic', user: 'robot', password: 'x' } as const),
  };
  const diagnoses = await examine({ registries, credentials });
  assert.deepEqual(lines(diagnoses, 'good'), [
    'node: 24.1.0',
    'git: 2.39.5',
    'disk: 50 GiB free in /tmp',
    'docker: 28.2.2 works: linux/amd64, 4 CPUs, 16 GiB, runc 1.3.3, BuildKit through buildx, classic image store',
    'docker: 50 GiB free in /var/lib/docker',
    'config: lockkeeper.yaml: 1 image, 1 suite',
    `registry.example.org: registry.example.org/team/ci:latest stands at ${shortDigest(emptyIndex.digest)}`,
    'registry.example.org: there is a login for team/ci, as robot',
  ]);
  assert.deepEqual(lines(diagnoses, 'note'), [
    'podman: not installed; it is not needed',
    'isolation: a container is no boundary for a stranger’s code: a kernel bug is enough to leave it',
  ]);
  assert.deepEqual(lines(diagnoses, 'warning', 'bad'), []);
  assert.equal(exitOf(diagnoses), 0);
});

test('what is wrong has a remedy, whatever it is', async () => {
  const situations: readonly Situation[] = [
    { engines: [] },
    { engines: [{ kind: 'docker', state: 'missing' }, noPodman] },
    { engines: [{ kind: 'docker', state: 'broken', message: 'm', hint: 'h' }, noPodman] },
    {
      machine: { node: '20.1.0', git: () => Promise.resolve(undefined), freeBytes: () => Promise.resolve(1) },
    },
    { machine: { kindOf: () => Promise.resolve('nothing') } },
    { config: null },
    { config: 'version: 2' },
    {
      engines: [
        {
          kind: 'docker',
          state: 'works',
          engine: {
            ...engine,
            rootless: true,
            limits: { memory: false, cpus: false, pids: false },
            buildkit: 'none',
            runtime: { name: 'runc', version: '1.1.5' },
          },
        },
      ],
    },
  ];
  for (const situation of situations) {
    for (const { state, message, remedy } of await examine(situation)) {
      if (state === 'warning' || state === 'bad') assert.ok(remedy !== undefined && remedy !== '', message);
    }
  }
});

test('no engine is bad; one that is broken beside one that works is a warning', async () => {
  const none = await examine({ engines: [{ kind: 'docker', state: 'missing' }, noPodman] });
  assert.deepEqual(
    [lines(none, 'bad'), exitOf(none)],
    [['docker: not installed', 'podman: not installed'], 5],
  );
  const broken: EngineExamination = {
    kind: 'docker',
    state: 'broken',
    message: 'does not answer',
    hint: 'start it',
  };
  const beside = await examine({
    engines: [broken, { kind: 'podman', state: 'works', engine: { ...engine, kind: 'podman' } }],
  });
  assert.deepEqual([lines(beside, 'bad'), exitOf(beside)], [[], 0]);
  assert.ok(lines(beside, 'warning').includes('docker: does not answer'));
});

test('the engine that the config asks for is needed', async () => {
  const diagnoses = await examine({ config: `${config}gate: { engine: podman }\n` });
  assert.deepEqual(lines(diagnoses, 'bad'), ['podman: not installed, but gate.engine asks for it']);
  assert.equal(exitOf(diagnoses), 5);
});

test('limits that cannot be enforced and flags that are needed are told', async () => {
  const rootless = {
    ...engine,
    rootless: true,
    limits: { memory: false, cpus: true, pids: false },
    createArgs: ['--ulimit', 'nofile=1:1'],
  };
  const diagnoses = await examine({ engines: [{ kind: 'docker', state: 'works', engine: rootless }] });
  assert.ok(
    lines(diagnoses, 'warning').includes(
      'docker: limits on memory, processes cannot be enforced; a trial may take all of the machine’s',
    ),
  );
  assert.ok(
    lines(diagnoses, 'note').includes('docker: it needs --ulimit nofile=1:1 here, which is added by itself'),
  );
  assert.ok(lines(diagnoses, 'note').includes('docker: it runs without root'));
});

test('a runtime with known escapes is a warning, unless its own change log names the fix', async () => {
  const old = { ...engine, runtime: { name: 'runc', version: '1.1.5+ds1' } };
  const engines: readonly EngineExamination[] = [{ kind: 'docker', state: 'works', engine: old }];
  const about = (diagnoses: readonly Diagnosis[]): readonly string[] =>
    lines(diagnoses, 'good', 'warning').filter((line) => line.includes('CVE'));
  assert.deepEqual(about(await examine({ engines })), [
    'docker: runc 1.1.5+ds1 has known escapes (CVE-2024-21626), unless your distribution has patched it',
    'docker: runc 1.1.5+ds1 has known escapes (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), unless your distribution has patched it',
  ]);
  const log = 'runc (1.1.5+ds1-1+deb12u1) bookworm-security; urgency=high\n\n  * CVE-2024-21626\n';
  const changelog = (): Promise<string> => Promise.resolve(log);
  assert.deepEqual(about(await examine({ engines, machine: { changelog } })), [
    'docker: runc 1.1.5+ds1-1+deb12u1 is patched against CVE-2024-21626 by its distribution',
    'docker: runc 1.1.5+ds1-1+deb12u1 has known escapes (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), and its change log names no fix',
  ]);
  // The log of another version than the one that the engine runs says nothing.
  const other = (): Promise<string> => Promise.resolve(log.replace('1.1.5', '1.1.9'));
  assert.match(
    about(await examine({ engines, machine: { changelog: other } }))[0] ?? '',
    /unless your distribution/,
  );
});

test('disk that runs out is a warning first, then bad', async () => {
  const free = (bytes: number): Promise<readonly Diagnosis[]> =>
    examine({ machine: { freeBytes: () => Promise.resolve(bytes) } });
  assert.deepEqual(
    lines(await free(2 * GiB), 'warning').filter((line) => line.includes('free')),
    ['disk: only 2 GiB free in /tmp', 'docker: only 2 GiB free in /var/lib/docker'],
  );
  assert.equal(exitOf(await free(1024)), 5);
});

test('without a config there is a warning; one that is named or wrong is bad, with its place', async () => {
  const none = await examine({ config: null });
  assert.equal(exitOf(none), 0);
  assert.match(lines(none, 'warning').join(), /config: there is no lockkeeper\.yaml in \/repo/);
  assert.equal(exitOf(await examine({ config: null }, 'other.yaml')), 2);
  const wrong = await examine({ config: 'version: 2\ngate: 1\nsuites: {}\n' });
  assert.match(lines(wrong, 'bad').join(), /^config: lockkeeper\.yaml:1:10: it has 3 faults:\n/);
  assert.equal(exitOf(wrong), 2);
});

test('paths that are not there, and what init could not tell, are bad', async () => {
  const gone = await examine({ machine: { kindOf: () => Promise.resolve('nothing') } });
  assert.deepEqual(lines(gone, 'bad'), [
    'config: images.ci.build.dockerfile is ci.Dockerfile, which is not there',
    'config: images.ci.build.context is ., which is not there',
    'config: suites.unit.source is ., which is not there',
  ]);
  const draft = await examine({
    config: config.replace('registry.example.org/team/ci', 'replace-me.invalid/team/ci'),
  });
  assert.deepEqual(lines(draft, 'bad'), [
    'config: images.ci.baseline is replace-me.invalid/team/ci:latest, which init wrote because it could not tell',
  ]);
  assert.equal(exitOf(draft), 2);
  assert.ok(
    !draft.some(({ subject }) => subject === 'replace-me.invalid'),
    'no registry is asked for a placeholder',
  );
});

test('what the config asks of the machine is compared with what there is', async () => {
  const diagnoses = await examine({
    config: `${config.replace('dockerfile: ci.Dockerfile', 'dockerfile: ci.Dockerfile, platforms: [linux/arm64]')}gate: { memory: 32g, cpus: 8 }\n`,
  });
  assert.deepEqual(
    lines(diagnoses, 'warning').filter((line) => line.startsWith('docker')),
    [
      'docker: gate.memory is 32 GiB, but the machine has 16 GiB',
      'docker: gate.cpus is 8, but the machine has 4',
      'docker: images.ci is built for linux/arm64, but the machine is linux/amd64',
    ],
  );
});

test('a name that is not there yet and a missing login are told with what they mean', async () => {
  const diagnoses = await examine();
  assert.deepEqual(
    lines(diagnoses, 'note', 'warning').filter((line) => line.startsWith('registry')),
    [
      'registry.example.org: registry.example.org/team/ci:latest does not exist yet: the first candidate of images.ci has nothing to be compared with, and waits for an approval',
      'registry.example.org: there is no login for team/ci, which `lockkeeper promote` writes to',
    ],
  );
  const ready = await examine({
    config: config.replace('build: { dockerfile: ci.Dockerfile }', 'image: "localhost:5000/ci:next"'),
  });
  assert.deepEqual(
    lines(ready, 'note', 'warning').filter((line) => line.startsWith('localhost')),
    ['localhost:5000: localhost:5000/ci:next, the candidate of images.ci, does not exist'],
  );
});

test('a registry that is down is told with its own status, and the others are still looked at', async () => {
  const registries: Registries = {
    open: (registry, repository) =>
      registry === 'docker.io' ? new DeniedRepository(repository) : new MemoryRepository(repository),
  };
  const diagnoses = await examine({
    registries,
    config: config.replace('images: {', 'images: { hub: { baseline: team/hub, build: {} },'),
  });
  assert.deepEqual(lines(diagnoses, 'bad'), ['docker.io: access is denied']);
  assert.equal(exitOf(diagnoses), 6);
  assert.ok(diagnoses.some(({ subject }) => subject === 'registry.example.org'));
});

test('an interruption ends the examination', async () => {
  const registries: Registries = { open: () => new InterruptedRepository('x') };
  await assert.rejects(
    examine({ registries }),
    (error) => error instanceof Failure && error.code === 'interrupted',
  );
});

class DeniedRepository extends MemoryRepository {
  override resolve(): Promise<Descriptor | undefined> {
    return Promise.reject(new Failure('registry-denied', 'access is denied', { hint: 'log in' }));
  }
}

class InterruptedRepository extends MemoryRepository {
  override resolve(): Promise<Descriptor | undefined> {
    return Promise.reject(new Failure('interrupted', 'interrupted'));
  }
}

const indexType = 'application/vnd.oci.image.index.v1+json';
const emptyIndex = parseManifest(
  Buffer.from(`{"schemaVersion":2,"mediaType":"${indexType}","manifests":[]}`),
  indexType,
);

async function registriesWith(repository: string, tag: string): Promise<Registries> {
  const registries = new MemoryRegistries();
  await registries.open('registry.example.org', repository).putManifest(emptyIndex, tag);
  return registries;
}

test('containers that a killed gate left are counted, and taken away by the command that is named', async () => {
  const ownContainers = (): Promise<readonly string[]> =>
    Promise.resolve(['a (Up 2 hours)', 'b (Exited (0) 1 hour ago)', 'c (Created)', 'd\u001b[31m (Created)']);
  const [left] = (await examine({ machine: { ownContainers } })).filter(({ message }) =>
    message.includes('gates'),
  );
  assert.equal(left?.state, 'warning');
  assert.equal(
    left.message,
    '4 containers of gates: a (Up 2 hours), b (Exited (0) 1 hour ago), c (Created), and 1 more',
  );
  assert.match(
    left.remedy ?? '',
    /docker ps --all --quiet --filter label=dev\.lockkeeper\.container \| xargs docker rm/,
  );
});
