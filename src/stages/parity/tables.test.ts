import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactsProgram, paketoToml } from '../../../test/support/buildpack-files.ts';
import { limits } from '../../base/limits.ts';
import { parsePlatform } from '../../model/platform.ts';
import { parseVersionList, type VersionList } from '../../model/version-list.ts';
import { readBuildpackToml } from './buildpack-toml.ts';
import { carveInventory } from './inventory.ts';

const amd64 = parsePlatform('linux/amd64');
const carve = (text: string, least = 3): VersionList =>
  carveInventory(Buffer.from(text, 'latin1'), { least, platform: amd64, source: 'p' });
const why = (list: VersionList): string => (list.kind === 'unknown' ? list.why : '-');

test('a list is cut out from between other strings, newest first, for one processor', () => {
  const text = artifactsProgram('node', ['22.1.0', '24.0.0', '22.10.0'], 3)
    .replace('version = "22.1.0"', 'version = "v22.1.0"')
    .replace(/arch = "amd64"(?=[^]*24\.0\.0)/, 'arch = "amd64"');
  assert.deepEqual(carve(text), {
    kind: 'versions',
    versions: ['24.0.0', '22.10.0', '22.1.0'],
    preferred: undefined,
    source: 'p',
  });
  assert.equal(why(carve(text.replaceAll('"amd64"', '"arm64"'))), 'p: its list has nothing for linux/amd64');
});

test('the older form of heroku/go is read too, and what is no release is left out', () => {
  const artifact = (go: string, semver: string): string =>
    `[[artifacts]]\ngo_version = "${go}"\nsemantic_version = "${semver}"\narchitecture = "linux-amd64"\nsha_checksum = "${'a'.repeat(64)}"\n\n`;
  const found = carve(
    artifact('go1.22.1', '1.22.1') + artifact('go1.25rc2', '1.25.0-rc2') + artifact('go1.21', '1.21.0'),
  );
  assert.deepEqual(found.kind === 'versions' ? found.versions : found.why, ['1.22.1', '1.21.0']);
});

test('a list that may not be whole tells nothing', () => {
  const whole = artifactsProgram('node', ['22.1.0', '24.0.0', '22.10.0'], 3);
  assert.equal(why(carve('nothing')), 'p: no list of artifacts is in it');
  assert.equal(why(carve(whole, 4)), 'p: its list has 3 artifacts, and 4 at least were expected');
  assert.equal(
    why(carve(`${whole}${whole.replace('version = ', 'version=')}`)),
    'p: 1 of the 6 artifacts of its list cannot be read',
  );
  assert.equal(why(carve(whole.replace('sha256:', 'md5:'))), 'p: the 1. artifact of its list cannot be read');
  assert.equal(
    why(carve(whole.replace('os = "linux"\n', ''))),
    'p: the 1. artifact of its list cannot be read',
  );
});

test('a list that was made to be slow is read in its length', () => {
  const whole = artifactsProgram('node', ['22.1.0', '24.0.0', '22.10.0'], 3);
  const slow = `${'1'.repeat(1_000_000)}!`;
  assert.equal(why(carve(whole.replace('22.1.0', slow))), 'p: the 1. artifact of its list cannot be read');
  const key = `[artifacts.${'a'.repeat(1_000_000)}]\n`;
  assert.equal(carve(whole.replace('[[artifacts]]\n', `[[artifacts]]\n${key}`)).kind, 'versions');
});

test('buildpack.toml: the versions of one dependency for one processor, and its own default', () => {
  const text = paketoToml('python', ['3.12.1', '3.13.0'], '3.12.x');
  const read = (toml: string | Buffer, dependency = 'python'): VersionList =>
    readBuildpackToml(Buffer.from(toml), { dependency, platform: amd64, stack: undefined, source: 'b' });
  assert.deepEqual(read(text), {
    kind: 'versions',
    versions: ['3.13.0', '3.12.1'],
    preferred: '3.12.x',
    source: 'b',
  });
  assert.equal(why(read(text, 'node')), 'b: it lists no node for linux/amd64');
  assert.equal(why(read('a = [')), 'b: it cannot be read as TOML');
  assert.equal(why(read(Buffer.from([0xff]))), 'b: it cannot be read as TOML');
  assert.equal(why(read(`a = ${'['.repeat(10_000)}`)), 'b: it cannot be read as TOML');
  const most = limits.buildpackTomlBytesMax;
  assert.equal(why(read(Buffer.alloc(most + 1, ' '))), `b: it is larger than ${most} bytes`);
});

test('buildpack.toml: an entry counts on the stacks that it names, and one that is broken makes all unknown', () => {
  const [jammy, noble] = ['io.buildpacks.stacks.jammy', 'io.buildpacks.stacks.noble'];
  const entry = (lines: string): string => `[[metadata.dependencies]]\nid = "python"\n${lines}\n`;
  const everywhere = entry('version = "3.13.0"\nstacks = ["*"]');
  const own = entry(`version = "3.12.1"\nstacks = ["${jammy}"]`);
  const read = (toml: string, stack: string | undefined): unknown => {
    const list = { dependency: 'python', platform: amd64, stack, source: 'b' };
    const found = readBuildpackToml(Buffer.from(toml), list);
    return found.kind === 'versions' ? found.versions : found.why;
  };
  assert.deepEqual(read(everywhere, undefined), ['3.13.0']);
  assert.deepEqual(read(everywhere + own, jammy), ['3.13.0', '3.12.1']);
  assert.deepEqual(read(everywhere + own, noble), ['3.13.0']);
  assert.equal(
    read(everywhere + own, undefined),
    'b: its list of python is one for each stack, and the builder does not say its stack',
  );
  assert.equal(read(own, noble), `b: it lists no python for linux/amd64 on ${noble}`);
  assert.equal(read(everywhere + entry(''), jammy), 'b: an entry of its list of python has no version');
});

test('what was kept of a table is read back, and what somebody else wrote is not', () => {
  const list: VersionList = { kind: 'versions', versions: ['1.0.0'], preferred: undefined, source: 's' };
  assert.deepEqual(parseVersionList(Buffer.from(JSON.stringify(list))), list);
  const unknown: VersionList = { kind: 'unknown', why: 'w' };
  assert.deepEqual(parseVersionList(Buffer.from(JSON.stringify(unknown))), unknown);
  for (const text of ['', '{}', '{"kind":"versions","versions":[1]}'])
    assert.equal(parseVersionList(Buffer.from(text)), undefined);
});
