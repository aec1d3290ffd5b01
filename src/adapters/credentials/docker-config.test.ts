import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import type { Credentials } from '../../ports/credentials.ts';
import { dockerConfigCredentials } from './docker-config.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-logins-'));
after(() => rm(root, { recursive: true, force: true }));
let made = 0;

interface Home {
  readonly credentials: Credentials;
  readonly folder: string;
}

/** A home with this Docker config and these helpers, which are shell scripts. */
async function home(
  config: unknown,
  helpers: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Home> {
  made += 1;
  const folder = path.join(root, String(made));
  await mkdir(path.join(folder, '.docker'), { recursive: true });
  if (config !== undefined) {
    await writeFile(
      path.join(folder, '.docker/config.json'),
      typeof config === 'string' ? config : JSON.stringify(config),
    );
  }
  for (const [name, script] of Object.entries(helpers)) {
    const file = path.join(folder, `docker-credential-${name}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  return {
    folder,
    credentials: dockerConfigCredentials({ HOME: folder, PATH: `${folder}:/usr/bin:/bin`, ...environment }),
  };
}

const auth = (text: string): { readonly auth: string } => ({ auth: Buffer.from(text).toString('base64') });
const loginOf = (user: string, password: string): object => ({ kind: 'basic', user, password });

test('without a Docker config there is no login', async () => {
  const { credentials, folder } = await home(undefined);
  assert.equal(await credentials.find('docker.io', 'library/debian'), undefined);
  assert.equal(
    await dockerConfigCredentials({ HOME: path.join(folder, 'nowhere') }).find('a.test', 'x'),
    undefined,
  );
});

test('a login is found for its registry and no other one', async () => {
  const { credentials } = await home({
    auths: { 'a.test': auth('ann:secret'), 'https://index.docker.io/v1/': auth('hub:pass') },
  });
  assert.deepEqual(await credentials.find('a.test', 'team/ci'), loginOf('ann', 'secret'));
  assert.deepEqual(await credentials.find('docker.io', 'library/debian'), loginOf('hub', 'pass'));
  assert.equal(await credentials.find('b.test', 'team/ci'), undefined);
  assert.equal(await credentials.find('a.test.evil.test', 'team/ci'), undefined);
});

test('the most special path counts', async () => {
  const { credentials } = await home({
    auths: { 'a.test': auth('all:1'), 'a.test/team': auth('team:2'), 'a.test/team/ci': auth('ci:3') },
  });
  assert.deepEqual(await credentials.find('a.test', 'team/ci'), loginOf('ci', '3'));
  assert.deepEqual(await credentials.find('a.test', 'team/ci/sub'), loginOf('ci', '3'));
  assert.deepEqual(await credentials.find('a.test', 'team/cinema'), loginOf('team', '2'));
  assert.deepEqual(await credentials.find('a.test', 'other'), loginOf('all', '1'));
});

test('an identity token goes before the user beside it', async () => {
  const { credentials } = await home({ auths: { 'a.test': { ...auth('0000:'), identitytoken: 'refresh' } } });
  assert.deepEqual(await credentials.find('a.test', 'x'), { kind: 'refresh-token', token: 'refresh' });
});

test('DOCKER_CONFIG names another folder', async () => {
  const other = await home({ auths: { 'a.test': auth('other:1') } });
  const { credentials } = await home(
    { auths: { 'a.test': auth('home:1') } },
    {},
    { DOCKER_CONFIG: path.join(other.folder, '.docker') },
  );
  assert.deepEqual(await credentials.find('a.test', 'x'), loginOf('other', '1'));
});

test('a helper is asked by standard input, with its registry, once', async () => {
  const { credentials, folder } = await home(
    { credHelpers: { 'a.test': 'fake' } },
    {
      fake: 'read server; echo "$1 $server" >>"$HOME/asked"; printf \'{"ServerURL":"%s","Username":"ann","Secret":"s3cret"}\' "$server"',
    },
  );
  assert.deepEqual(await credentials.find('a.test', 'x'), loginOf('ann', 's3cret'));
  assert.deepEqual(await credentials.find('a.test', 'y/z'), loginOf('ann', 's3cret'));
  assert.equal(await credentials.find('b.test', 'x'), undefined);
  assert.equal(await readFile(path.join(folder, 'asked'), 'utf8'), 'get a.test\n');
});

test('the store serves all registries, and Docker Hub by its old address', async () => {
  const script = 'read server; printf \'{"Username":"<token>","Secret":"for %s"}\' "$server"';
  const { credentials } = await home({ credsStore: 'fake', auths: { 'docker.io': {} } }, { fake: script });
  assert.deepEqual(await credentials.find('docker.io', 'x'), {
    kind: 'refresh-token',
    token: 'for https://index.docker.io/v1/',
  });
  assert.deepEqual(await credentials.find('a.test:5000', 'x'), {
    kind: 'refresh-token',
    token: 'for a.test:5000',
  });
});

test('a helper without a login for a registry leaves what the file says', async () => {
  const script = "echo 'credentials not found in native keychain'; exit 1";
  const { credentials } = await home(
    { credsStore: 'fake', auths: { 'a.test': auth('ann:1') } },
    { fake: script },
  );
  assert.deepEqual(await credentials.find('a.test', 'x'), loginOf('ann', '1'));
  assert.equal(await credentials.find('b.test', 'x'), undefined);
});

test('a helper gets the environment of key rings and clouds, and nothing else of ours', async () => {
  const { credentials, folder } = await home(
    { credHelpers: { 'a.test': 'fake' } },
    { fake: 'env >"$HOME/env"; echo \'{"Username":"a","Secret":"b"}\'' },
    { AWS_REGION: 'eu', CI_JOB_TOKEN: 'hunter2' },
  );
  await credentials.find('a.test', 'x');
  const env = await readFile(path.join(folder, 'env'), 'utf8');
  assert.match(env, /^AWS_REGION=eu$/m);
  assert.doesNotMatch(env, /hunter2/);
});

for (const [why, script, code] of [
  ['fails', 'echo hunter2; echo hunter2 >&2; exit 3', 'program-failed'],
  ['answers with something else', 'echo hunter2', 'program-failed'],
  ['answers with nothing', 'exit 0', 'program-failed'],
  ['writes without end', 'yes hunter2', 'program-output'],
] as const) {
  test(`a helper that ${why} is ${code}, and nothing that it wrote is shown`, async () => {
    const { credentials } = await home({ credHelpers: { 'a.test': 'fake' } }, { fake: script });
    const failure = await failureOf(credentials.find('a.test', 'x'));
    assert.equal(failure.code, code);
    assert.doesNotMatch(`${failure.message} ${failure.hint ?? ''} ${String(failure.cause)}`, /hunter2/);
  });
}

test('a helper that is not installed is named', async () => {
  const { credentials } = await home({ credHelpers: { 'a.test': 'none' } });
  const failure = await failureOf(credentials.find('a.test', 'x'));
  assert.equal(failure.code, 'program-missing');
  assert.match(failure.message, /docker-credential-none.*a\.test/);
});

for (const name of ['../../bin/sh', '-x', 'a b', 'x;id']) {
  test(`${JSON.stringify(name)} is not run as a helper`, async () => {
    const { credentials } = await home({ credHelpers: { 'a.test': name } });
    assert.equal((await failureOf(credentials.find('a.test', 'x'))).code, 'path-refused');
  });
}

test('a config that cannot be read is a failure, not an anonymous pull', async () => {
  const broken = await home('{"auths":');
  assert.equal((await failureOf(broken.credentials.find('a.test', 'x'))).code, 'path-refused');
  const { folder } = await home(undefined);
  await mkdir(path.join(folder, 'odd/config.json'), { recursive: true });
  const odd = dockerConfigCredentials({ DOCKER_CONFIG: path.join(folder, 'odd') });
  assert.equal((await failureOf(odd.find('a.test', 'x'))).code, 'file-error');
});
