import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../base/failure.ts';
import { streamOf } from '../../../base/stream.ts';
import type { SourceFile } from '../../../ports/runner.ts';
import { folder, link, makeImage, textFile } from '../../../../test/support/images.ts';
import { buildpackageFiles, buildpackageVersion, buildpackOf, folderBuildpackFiles } from './injected.ts';

function file(path: string, text: string): SourceFile {
  const bytes = Buffer.from(text);
  return { kind: 'file', path, executable: false, size: bytes.length, bytes: () => streamOf([bytes]) };
}

async function shown(files: AsyncIterable<SourceFile>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const each of files) {
    if (each.kind === 'link') found.push(`${each.path} -> ${each.target}`);
    else {
      const text = Buffer.concat(await Array.fromAsync(each.bytes())).toString('utf8');
      found.push(`${each.path}${each.executable ? '*' : ''} ${text}`);
    }
  }
  return found;
}

test('of a buildpackage its buildpacks are taken, and nothing that lies or leads elsewhere', async () => {
  const root = 'cnb/buildpacks/fagiani_apt/0.2.5';
  const { repository, manifest } = await makeImage({
    bare: true,
    layers: [
      [folder('cnb'), folder('cnb/buildpacks'), textFile(`${root}/buildpack.toml`, 'api = "0.10"')],
      [
        textFile(`${root}/bin/build`, '#!/bin/sh', 0o755),
        link(`${root}/bin/detect`, 'build'),
        textFile('etc/passwd', 'root'),
        textFile('cnb/buildpacks/../lifecycle/creator', 'not the lifecycle'),
      ],
    ],
  });
  assert.deepEqual(await shown(buildpackageFiles(repository, manifest)), [
    `${root}/buildpack.toml api = "0.10"`,
    `${root}/bin/build* #!/bin/sh`,
    `${root}/bin/detect -> build`,
  ]);
});

test('a buildpackage tells the version of the buildpack that it is of, and of no other', () => {
  const told = (text: string): string | undefined =>
    buildpackageVersion({ 'io.buildpacks.buildpackage.metadata': text }, 'acme/extra');
  const inner = '"stacks":[{"id":"*","version":"9"}]';
  assert.equal(told(`{${inner},"id":"acme/extra","version":"0.1.0"}`), '0.1.0');
  assert.equal(told(`{${inner},"id":"acme/extra"}`), undefined);
  assert.equal(told('{"id":"acme/other","version":"0.1.0"}'), undefined);
  assert.equal(told('{"id":"acme/extra","version":"../up"}'), undefined);
  assert.equal(told('"version":"0.1.0"'), undefined);
  assert.equal(buildpackageVersion({}, 'acme/extra'), undefined);
});

const toml = `api = "0.10"\n[buildpack]\nid = "acme/extra" # its id\nversion = '0.1.0'\n[[targets]]\nid = "other"\n`;

test('a folder is what its buildpack.toml says, and lies where the lifecycle looks for it', async () => {
  const files = (): AsyncIterable<SourceFile> =>
    streamOf([file('bin/build', 'x'), file('buildpack.toml', toml)]);
  const buildpack = await buildpackOf(files(), 'extra');
  assert.deepEqual(buildpack, { id: 'acme/extra', version: '0.1.0' });
  assert.deepEqual(
    (await shown(folderBuildpackFiles(files(), buildpack))).map((line) => line.split(' ')[0]),
    ['cnb/buildpacks/acme_extra/0.1.0/bin/build', 'cnb/buildpacks/acme_extra/0.1.0/buildpack.toml'],
  );
});

test('a buildpack.toml as Paketo packages it, its keys in order and lists among them, is read', async () => {
  const packaged = `api = "0.7"\n\n[buildpack]\n  id = "acme/extra"\n  keywords = ["nodejs", "[x]"]\n  name = "Extra"\n  version = "1.2.3"\n\n  [[buildpack.licenses]]\n    type = "Apache-2.0"\n`;
  assert.deepEqual(await buildpackOf(streamOf([file('buildpack.toml', packaged)]), 'extra'), {
    id: 'acme/extra',
    version: '1.2.3',
  });
});

test('a folder without a buildpack, or with a name that leads elsewhere, is refused', async () => {
  const code = async (...files: readonly SourceFile[]): Promise<string> => {
    try {
      await buildpackOf(streamOf(files), 'extra');
      return 'taken';
    } catch (error) {
      assert.ok(isFailure(error));
      return error.code;
    }
  };
  assert.equal(await code(), 'path-missing');
  assert.equal(await code(file('buildpack.toml', 'id = "acme/extra"\nversion = "1"')), 'content-refused');
  for (const id of ['../up', 'a/../../b', '', 'a b'])
    assert.equal(await code(file('buildpack.toml', toml.replace('acme/extra', id))), 'content-refused', id);
});
