import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zip } from '../../../../test/support/package-files.ts';
import { readFacts } from '../../../../test/support/read-facts.ts';

const pom = (artifact: string, version: string): Record<string, string> => ({
  [`META-INF/maven/org.example/${artifact}/pom.properties`]: `#by Maven\nartifactId=${artifact}\ngroupId=org.example\nversion=${version}\n`,
});

function found(path: string, bytes: Buffer): readonly string[] {
  return readFacts(path, bytes).packages.map(({ name, version, place }) => `${name} ${version} ${place}`);
}

test('jars: Maven’s properties name every part that was merged into one jar', () => {
  const jar = zip({ ...pom('a', '1.0'), ...pom('b', '2.0'), 'A.class': 'x' });
  assert.deepEqual(found('app/a.jar', jar), ['org.example:a 1.0 app/a.jar', 'org.example:b 2.0 app/a.jar']);
  assert.deepEqual(readFacts('app/a.jar', jar).owns[0], {
    ecosystem: 'maven',
    name: 'org.example:a',
    paths: ['app/a.jar'],
  });
});

for (const stored of [true, false]) {
  test(`jars within jars are looked into, ${stored ? 'stored' : 'packed'}`, () => {
    const inner = zip(pom('lib', '3.1'));
    const war = zip({ ...pom('web', '1'), 'WEB-INF/lib/lib.jar': inner }, { stored });
    const ear = zip(
      { 'web.war': war },
      { stored, prefix: '#!/bin/sh\nexec java -jar "$0"\n', comment: 'PK' },
    );
    assert.deepEqual(found('opt/all.ear', ear), [
      'all  opt/all.ear',
      'org.example:web 1 opt/all.ear!/web.war',
      'org.example:lib 3.1 opt/all.ear!/web.war!/WEB-INF/lib/lib.jar',
    ]);
  });
}

test('jars without Maven: the manifest, continued lines included, and else the file’s name', () => {
  const manifest =
    'Manifest-Version: 1.0\r\nBundle-SymbolicName: org.exam\r\n ple.core;singleton:=true\r\nBundle-Version: 4.5\r\n\r\nName: x\r\nBundle-Version: 9\r\n';
  assert.deepEqual(found('x.jar', zip({ 'META-INF/MANIFEST.MF': manifest })), ['org.example.core 4.5 x.jar']);
  assert.deepEqual(found('lib/commons-io-2.11.0.jar', zip({ a: 'b' })), [
    'commons-io 2.11.0 lib/commons-io-2.11.0.jar',
  ]);
});

test('jars: one that holds jars of its own many levels deep is read as deep as any program goes', () => {
  let jar = zip(pom('core', '1'));
  for (let depth = 0; depth < 20; depth += 1) jar = zip({ 'inner.jar': jar }, { stored: true });
  assert.match(readFacts('deep.jar', jar).troubles.join(), /nested too deep/u);
});

test('jars: a bomb is not unpacked', () => {
  const bomb = zip({ 'inner.jar': Buffer.alloc(80 * 2 ** 20) });
  assert.deepEqual(readFacts('bomb.jar', bomb).troubles, ['a member is larger than what is unpacked']);
});

test('jars: a member that unpacks to more than it says is not believed', () => {
  const bytes = zip({ ...pom('a', '1') });
  // The size in the central directory, 24 bytes into its entry.
  bytes.writeUInt32LE(3, bytes.lastIndexOf('PK\u0001\u0002') + 24);
  assert.deepEqual(readFacts('a.jar', bytes).troubles, ['a member does not unpack to what the list says']);
});

test('jars: what is no archive, or a half of one, is named', () => {
  const whole = zip(pom('a', '1'));
  assert.deepEqual(readFacts('a.jar', 'no').troubles, ['it is no zip archive, or a part of one']);
  assert.deepEqual(readFacts('a.jar', whole.subarray(0, -9)).troubles, [
    'it is no zip archive, or a part of one',
  ]);
  assert.deepEqual(readFacts('a.jar', whole.subarray(9)).troubles, ['it is a part of an archive']);
});

test('jars: many members that lead to the same bytes are not read as often as they are named', () => {
  const big = `groupId=g\nartifactId=a\nversion=1\n#${'x'.repeat(200_000)}`;
  const bytes = zip({ 'META-INF/maven/g/a/pom.properties': big }, { stored: true });
  const entry = bytes.lastIndexOf('PK\u0001\u0002');
  const end = bytes.lastIndexOf('PK\u0005\u0006');
  const directory = Buffer.concat(Array.from({ length: 5_000 }, () => bytes.subarray(entry, end)));
  const last = Buffer.from(bytes.subarray(end));
  last.writeUInt32LE(directory.length, 12);
  const jar = Buffer.concat([bytes.subarray(0, entry), directory, last]);
  assert.deepEqual(readFacts('a.jar', jar).troubles, ['it unpacks to more than is looked at']);
});
