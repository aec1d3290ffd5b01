import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import type { Engines } from '../../ports/engines.ts';
import { systemEngines } from './engines.ts';
import type { Environment } from './environment.ts';

interface Answer {
  readonly status?: number;
  readonly stdout?: unknown;
  readonly stderr?: string;
}

interface Machine {
  readonly folder: string;
  readonly engines: Engines;
}

const versions = {
  Client: { Version: '20.10.24' },
  Server: {
    Version: '20.10.24',
    Os: 'linux',
    Arch: 'x86_64',
    Components: [{ Name: 'runc', Version: '1.1.5' }],
  },
};
const facts = {
  OSType: 'linux',
  KernelVersion: '6.1.0',
  NCPU: 4,
  MemTotal: 8_000_000_000,
  DefaultRuntime: 'runc',
  MemoryLimit: true,
  CpuCfsQuota: true,
  PidsLimit: true,
  SecurityOptions: ['name=seccomp,profile=default'],
  DriverStatus: [['Backing Filesystem', 'extfs']],
  ClientInfo: { Plugins: [] },
};
const podmanInfo = {
  version: { Version: '4.3.1' },
  host: {
    os: 'linux',
    arch: 'amd64',
    kernel: '6.1.0',
    cpus: 4,
    memTotal: 8_000_000_000,
    cgroupControllers: ['cpu', 'memory'],
    ociRuntime: { name: 'crun', version: 'crun version 1.8.1\ncommit: x' },
    security: { rootless: true },
  },
};

/** A machine whose engines are scripts that give these answers, by the first words of their arguments. */
async function machine(
  t: TestContext,
  programs: Readonly<Record<string, Readonly<Record<string, Answer>>>>,
  environment: Environment = {},
): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [program, answers] of Object.entries(programs)) {
    const cases = Object.entries(answers).map(([words, { status = 0, stdout = '', stderr = '' }]) => {
      const said = typeof stdout === 'string' ? stdout : JSON.stringify(stdout);
      return `"${words} "*) printf '%s\\n' '${said}'; printf '%s' '${stderr}' >&2; exit ${status};;`;
    });
    const script = `#!/bin/sh\nenv > "${folder}/env-of-${program}"\ncase "$* " in ${cases.join('\n')} *) echo "unexpected: $*" >&2; exit 99;; esac\n`;
    await mkdir(join(folder, 'bin'), { recursive: true });
    await writeFile(join(folder, 'bin', program), script, { mode: 0o755 });
  }
  const all = { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder, ...environment };
  const engines = systemEngines({ environment: all, privateDirectory: join(folder, 'private') });
  return { folder, engines };
}

/** A PATH on which this machine's own engines are not found either. */
const nothing: Environment = { PATH: '/nowhere' };

const docker = { version: { stdout: versions }, info: { stdout: facts } };
const podman = { info: { stdout: podmanInfo } };

test('docker works: what it is and can do is read from its answers', async (t) => {
  const { engines } = await machine(t, { docker });
  const { env: _env, ...engine } = await engines.find('docker');
  assert.deepEqual(engine, {
    kind: 'docker',
    program: 'docker',
    globalArgs: [],
    createArgs: [],
    limits: { memory: true, cpus: true, pids: true },
    version: '20.10.24',
    clientVersion: undefined,
    store: 'classic',
    buildkit: 'builtin',
    platform: { os: 'linux', architecture: 'amd64' },
    rootless: false,
    runtime: { name: 'runc', version: '1.1.5' },
    kernel: '6.1.0',
    cpus: 4,
    memoryBytes: 8_000_000_000,
  });
});

test('the engine gets no login and no variable of the person, only a config folder of ours', async (t) => {
  const secrets = {
    REGISTRY_PASSWORD: 'secret',
    DOCKER_AUTH_CONFIG: '{}',
    SSH_AUTH_SOCK: '/agent',
    GITHUB_TOKEN: 'secret',
  };
  const { folder, engines } = await machine(t, { docker, podman }, secrets);
  const engine = await engines.find('docker');
  assert.deepEqual(
    Object.keys(engine.env).toSorted((a, b) => a.localeCompare(b)),
    ['DOCKER_CONFIG', 'PATH'],
  );
  assert.equal(engine.env['DOCKER_CONFIG'], join(folder, 'private'));
  assert.deepEqual(JSON.parse(await readFile(join(folder, 'private', 'config.json'), 'utf8')), {
    cliPluginsExtraDirs: [join(folder, '.docker', 'cli-plugins')],
  });
  assert.doesNotMatch(await readFile(join(folder, 'env-of-docker'), 'utf8'), /secret|agent/);
  const other = await engines.find('podman');
  assert.equal(other.env['REGISTRY_AUTH_FILE'], join(folder, 'private', 'auth.json'));
  assert.equal(await readFile(join(folder, 'private', 'auth.json'), 'utf8'), '{"auths":{}}\n');
  assert.doesNotMatch(await readFile(join(folder, 'env-of-podman'), 'utf8'), /secret|agent/);
  assert.deepEqual((await readdir(join(folder, 'private'))).length, 2);
});

test('a context that was chosen becomes DOCKER_HOST, its certificates with it', async (t) => {
  const context = {
    Endpoints: { docker: { Host: 'tcp://build.example.org:2376', SkipTLSVerify: false } },
    TLSMaterial: { docker: ['ca.pem', 'cert.pem', 'key.pem'] },
    Storage: { TLSPath: '/home/me/.docker/contexts/tls/abc' },
  };
  const { engines } = await machine(
    t,
    { docker: { ...docker, 'context inspect': { stdout: context } } },
    { DOCKER_CONTEXT: 'build' },
  );
  const { env } = await engines.find('docker');
  assert.equal(env['DOCKER_HOST'], 'tcp://build.example.org:2376');
  assert.equal(env['DOCKER_CERT_PATH'], '/home/me/.docker/contexts/tls/abc/docker');
  assert.equal(env['DOCKER_TLS_VERIFY'], '1');
  assert.equal(env['DOCKER_CONTEXT'], undefined);
});

test('a context that is not there: engine-unreachable with its name', async (t) => {
  const { engines } = await machine(
    t,
    { docker: { ...docker, 'context inspect': { status: 1, stderr: 'not found' } } },
    { DOCKER_CONTEXT: 'gone' },
  );
  await assert.rejects(
    engines.find('docker'),
    (error: unknown) => isFailure(error, 'engine-unreachable') && error.message.includes('"gone"'),
  );
});

test('DOCKER_HOST comes before a context, and only ssh gets the keys', async (t) => {
  const plain = await machine(
    t,
    { docker },
    { DOCKER_HOST: 'tcp://one:2375', DOCKER_CONTEXT: 'other', SSH_AUTH_SOCK: '/agent' },
  );
  const { env } = await plain.engines.find('docker');
  assert.deepEqual([env['DOCKER_HOST'], env['SSH_AUTH_SOCK']], ['tcp://one:2375', undefined]);
  const ssh = await machine(t, { docker }, { DOCKER_HOST: 'ssh://me@two', SSH_AUTH_SOCK: '/agent' });
  assert.equal((await ssh.engines.find('docker')).env['SSH_AUTH_SOCK'], '/agent');
});

const buildkits = [
  { client: '28.2.2', plugins: [], expected: 'none' },
  { client: '28.2.2', plugins: [{ Name: 'buildx' }], expected: 'buildx' },
  { client: '28.2.2', plugins: [{ Name: 'buildx', Err: 'exec format error' }], expected: 'none' },
  { client: '20.10.24', plugins: [{ Name: 'compose' }], expected: 'builtin' },
  { client: '20.10.24', plugins: [{ Name: 'buildx' }], expected: 'buildx' },
  { client: '18.09.1', plugins: [], expected: 'none' },
] as const;

for (const { client, plugins, expected } of buildkits) {
  test(`BuildKit with client ${client} and plug-ins ${JSON.stringify(plugins)}: ${expected}`, async (t) => {
    const { engines } = await machine(t, {
      docker: {
        version: { stdout: { ...versions, Client: { Version: client } } },
        info: { stdout: { ...facts, ClientInfo: { Plugins: plugins } } },
      },
    });
    const engine = await engines.find('docker');
    assert.equal(engine.buildkit, expected);
    assert.equal(engine.clientVersion, client === '20.10.24' ? undefined : client);
  });
}

test('the containerd store and rootless mode are seen', async (t) => {
  const more = {
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    SecurityOptions: ['name=rootless'],
  };
  const { engines } = await machine(t, { docker: { ...docker, info: { stdout: { ...facts, ...more } } } });
  const engine = await engines.find(undefined);
  assert.deepEqual([engine.store, engine.rootless], ['containerd', true]);
});

test('no engine at all: engine-missing', async (t) => {
  const { engines } = await machine(t, {}, nothing);
  for (const wanted of [undefined, 'docker', 'podman'] as const) {
    await assert.rejects(
      engines.find(wanted),
      (error: unknown) => isFailure(error, 'engine-missing') && error.hint !== undefined,
    );
  }
  assert.deepEqual(
    (await engines.examine()).map(({ state }) => state),
    ['missing', 'missing'],
  );
});

test('a docker that is podman in disguise is no docker', async (t) => {
  const { engines } = await machine(t, {
    docker: { version: { stdout: { Client: { Version: '4.3.1' } } }, info: { stdout: podmanInfo } },
    podman,
  });
  await assert.rejects(engines.find('docker'), (error: unknown) => isFailure(error, 'engine-missing'));
  assert.equal((await engines.find(undefined)).kind, 'podman');
});

test('a daemon that is not started: engine-unreachable with the socket and a remedy; podman is taken where nothing was asked for', async (t) => {
  const down = {
    version: { status: 1, stdout: { Client: versions.Client }, stderr: 'Cannot connect' },
    info: { status: 1, stderr: 'Cannot connect' },
  };
  const { engines } = await machine(t, { docker: down, podman }, { DOCKER_HOST: 'unix:///no/such.sock' });
  await assert.rejects(engines.find('docker'), (error: unknown) => {
    assert.ok(isFailure(error, 'engine-unreachable'));
    assert.match(error.message, /unix:\/\/\/no\/such\.sock is not there: Cannot connect/);
    return true;
  });
  assert.equal((await engines.find(undefined)).kind, 'podman');
  const [first, second] = await engines.examine();
  assert.deepEqual([first?.state, second?.state], ['broken', 'works']);
});

test('both are broken: what docker says comes first', async (t) => {
  const down = { version: { status: 1 }, info: { status: 1 } };
  const { engines } = await machine(
    t,
    { docker: down, podman: { info: { status: 125, stderr: 'no storage' } } },
    { DOCKER_HOST: 'tcp://far:2375' },
  );
  await assert.rejects(engines.find(undefined), (error: unknown) => isFailure(error, 'engine-unreachable'));
  await assert.rejects(
    engines.find('podman'),
    (error: unknown) => isFailure(error, 'engine-refused') && error.message.includes('no storage'),
  );
});

test('a daemon that listens but does not get on with the client: engine-refused with its words', async (t) => {
  const refusing = {
    version: { status: 1, stdout: { Client: versions.Client }, stderr: 'client version 1.50 is too new' },
    info: { status: 1 },
  };
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  const server = createServer().listen(join(folder, 'sock'));
  t.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const { engines } = await machine(t, { docker: refusing }, { DOCKER_HOST: `unix://${folder}/sock` });
  await assert.rejects(
    engines.find('docker'),
    (error: unknown) => isFailure(error, 'engine-refused') && error.message.includes('too new'),
  );
});

test('podman works: limits are those of its cgroups', async (t) => {
  const { engines } = await machine(t, { podman });
  const engine = await engines.find('podman');
  assert.deepEqual(engine.limits, { memory: true, cpus: true, pids: false });
  assert.deepEqual([engine.store, engine.rootless, engine.version], ['classic', true, '4.3.1']);
});

test('a remote podman that does not answer: engine-unreachable', async (t) => {
  const { engines } = await machine(
    t,
    { podman: { info: { status: 125, stderr: 'no route' } } },
    { CONTAINER_HOST: 'ssh://far' },
  );
  await assert.rejects(
    engines.find('podman'),
    (error: unknown) => isFailure(error, 'engine-unreachable') && error.message.includes('ssh://far'),
  );
});

test('an answer that is no JSON: the engine is refused, not believed', async (t) => {
  const { engines } = await machine(t, { podman: { info: { stdout: 'hello' } } });
  await assert.rejects(engines.find('podman'), (error: unknown) => isFailure(error, 'engine-refused'));
});
