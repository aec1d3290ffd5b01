import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Engine } from '../../src/model/engine.ts';
import { changeSchema, type ChangeDocument } from '../../src/model/change-document.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import { runCommandLine, type Ended } from '../support/command-line.ts';
import { realEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const transports = { docker: 'docker-daemon', podman: 'containers-storage' } as const;
const buildMs = 300_000;

// What distributions do in a build: a log, a random number, an account, packed documents with the time of packing.
const dockerfile = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "mkdir", "-p", "/bin", "/etc", "/var/log", "/usr/share/doc", "/tmp"]
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox date +%s%N > /var/log/build.log; /bin/busybox head -c 16 /dev/urandom | /bin/busybox md5sum > /etc/machine-id"]
COPY app /opt/app
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /opt/app/main.txt | /bin/busybox gzip > /usr/share/doc/main.gz"]
LABEL team=ci
`;

interface Ground {
  readonly engine: Engine;
  readonly folder: string;
  /** Builds what lies in the folder, with nothing from an earlier build; returns how `diff` names the image. */
  readonly build: (name: string) => Promise<string>;
  readonly diff: (...words: readonly string[]) => Promise<Ended>;
}

async function ground(kind: 'docker' | 'podman', t: TestContext): Promise<Ground | undefined> {
  const engine = await realEngine(kind, t);
  if (engine === undefined) return undefined;
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, 'context/app'), { recursive: true });
  await copyFile('/bin/busybox', path.join(folder, 'context/busybox'));
  await writeFile(path.join(folder, 'context/Dockerfile'), dockerfile);
  await writeFile(path.join(folder, 'context/app/main.txt'), 'the application\n');
  const nonce = randomUUID();
  return {
    engine,
    folder,
    build: async (name) => {
      const image = `localhost/lockkeeper-test/diff-${nonce}:${name}`;
      t.after(() => askEngine(engine, ['image', 'rm', '--force', image]));
      const words = [
        'build',
        '--no-cache',
        '--network',
        'none',
        '--tag',
        image,
        path.join(folder, 'context'),
      ];
      const built = await askEngine(engine, words, { timeoutMs: buildMs });
      assert.equal(built.status, 0, built.stderr);
      return `${transports[kind]}:${image}`;
    },
    diff: (...words) =>
      runCommandLine(['diff', ...words], {
        cwd: folder,
        env: { ...engine.env, XDG_CACHE_HOME: path.join(folder, 'cache') },
      }),
  };
}

function documentOf({ stdout, stderr }: Ended): ChangeDocument {
  assert.match(stdout, /"kind": "change"/, stdout + stderr);
  return changeSchema.parse(JSON.parse(stdout));
}

for (const kind of ['docker', 'podman'] as const) {
  test(`${kind}: two builds of one commit are equivalent; one changed byte is not, and is named`, async (t) => {
    const place = await ground(kind, t);
    if (place === undefined) return;
    const { build, diff, folder } = place;
    const [tested, rebuilt] = [await build('tested'), await build('rebuilt')];
    const same = await diff('--equivalent', tested, rebuilt, '--json');
    const files = documentOf(same).platforms[0]?.files ?? [];
    assert.deepEqual(
      files.filter(({ noise }) => noise === undefined).map(({ path: file }) => file),
      [],
      same.stdout,
    );
    assert.equal(same.status, 0, same.stderr);
    assert.ok(files.some(({ path: file }) => file === 'var/log/build.log'));
    await writeFile(path.join(folder, 'context/app/main.txt'), 'the applicatiom\n');
    const other = await diff('--equivalent', tested, await build('changed'), '--json');
    assert.equal(other.status, 3, other.stderr);
    const named = documentOf(other).platforms[0]?.files ?? [];
    assert.deepEqual(
      named.filter(({ noise }) => noise === undefined).map(({ path: file, aspects }) => [file, aspects]),
      [
        ['opt/app/main.txt', ['content']],
        ['usr/share/doc/main.gz', ['content']],
      ],
    );
  });
}
