import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { bundleDocument, parseBundle } from '../../src/model/bundle.ts';
import type { Digest } from '../../src/model/digest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import type { Ended } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { sharedGround } from '../support/gate-ground.ts';

const shared = sharedGround();
const repository = 'team/stand-in';
const commit = '0123456789abcdef'.repeat(3).slice(0, 40);
const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -p /etc /tmp /var/log && date > /var/log/build.log && head -c 16 /dev/urandom | md5sum > /etc/machine-id
COPY main.txt /opt/app/main.txt
`;

/** What ended well wrote to stdout. */
async function said(run: Promise<Ended>): Promise<string> {
  const { status, stdout, stderr } = await run;
  assert.equal(status, 0, stderr);
  return stdout;
}

test('a fork tests a candidate; the release builds the commit again, and promotes its own bits if they are the same', async (t) => {
  const ground = await shared.open(t);
  const engine = await realEngine('docker', t);
  if (ground === undefined || engine === undefined) return;
  const project = await ground.project({ repository });
  const { folder } = project;
  const cache = { env: { XDG_CACHE_HOME: path.join(folder, 'cache') } };
  const context = path.join(folder, 'context');
  await mkdir(context);
  await copyFile('/bin/busybox', path.join(context, 'busybox'));
  await writeFile(path.join(context, 'Dockerfile'), dockerfile);
  await writeFile(path.join(context, 'main.txt'), 'the application\n');
  const build = async (name: string): Promise<Digest> => {
    const image = `localhost/lockkeeper-test/${path.basename(folder).toLowerCase()}:${name}`;
    t.after(() => askEngine(engine, ['image', 'rm', '--force', image]));
    const words = ['build', '--no-cache', '--network', 'none', '--tag', image, context];
    const built = await askEngine(engine, words, { timeoutMs: 300_000 });
    assert.equal(built.status, 0, built.stderr);
    await said(
      project.run(['bundle', 'create', `ci=docker-daemon:${image}`, '--commit', commit, '--out', name]),
    );
    const document = await readFile(path.join(folder, name, bundleDocument));
    return parseBundle(document, name).members[0]?.digest ?? assert.fail();
  };
  const tested = await build('tested');
  await said(project.run(['gate', '--bundle', 'tested']));
  const rebuilt = await build('rebuilt');
  assert.notEqual(rebuilt, tested);

  const judged = await said(
    project.run(['gate', '--bundle', 'rebuilt', '--equivalent-to', 'tested', '--json'], cache),
  );
  assert.match(judged, /nothing was tried now/);

  await writeFile(path.join(context, 'main.txt'), 'the applicatiom\n');
  await build('changed');
  const before = await ground.digestOf(repository, 'latest');
  const refused = await project.run(['promote', 'changed', '--equivalent-to', 'tested'], cache);
  assert.equal(refused.status, 6, refused.stdout);
  assert.match(refused.stderr, /opt\/app\/main\.txt \(content\)/);
  assert.equal(await ground.digestOf(repository, 'latest'), before);

  const shown = await said(project.run(['promote', 'rebuilt', '--equivalent-to', 'tested'], cache));
  assert.match(shown, /tested as/);
  assert.equal(await ground.digestOf(repository, 'latest'), rebuilt);
  const beside = await ground.registries.open(ground.host, repository).referrers(rebuilt);
  assert.deepEqual(
    beside.map(({ artifactType }) => artifactType),
    [mediaTypes.equivalence],
  );
});
