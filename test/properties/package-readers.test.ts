import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { packFacts } from '../../src/model/kept-facts.ts';
import { keptFactsSchema } from '../../src/model/package-schema.ts';
import { rpmTags } from '../../src/stages/examine/packages/rpm-header.ts';
import { goProgram, rpmBdb, rpmHeader, rpmNdb, rpmSqlite, zip } from '../support/package-files.ts';
import { readFacts } from '../support/read-facts.ts';

const header = rpmHeader({
  [rpmTags.name]: 'bash',
  [rpmTags.version]: '5.1',
  [rpmTags.licence]: 'x'.repeat(9_000),
  [rpmTags.baseNames]: ['a', 'b'],
  [rpmTags.directoryNames]: ['/usr/'],
  [rpmTags.directoryIndexes]: [0, 0],
});
const properties = 'groupId=g\nartifactId=a\nversion=1\n';
const inner = zip({ 'META-INF/maven/g/a/pom.properties': properties });

/** A sound file for every reader. */
const samples: Readonly<Record<string, Buffer>> = {
  'etc/os-release': Buffer.from('ID=debian\nVERSION_ID="12"\n'),
  'var/lib/dpkg/status': Buffer.from(
    'Package: a\nStatus: install ok installed\nVersion: 1\n d\n\nPackage: b\n',
  ),
  'var/lib/dpkg/info/a.list': Buffer.from('/.\n/usr\n/usr/bin/a\n'),
  'lib/apk/db/installed': Buffer.from('P:a\nV:1\nF:usr\nR:b\n\nP:c\nV:2\n'),
  'var/lib/rpm/rpmdb.sqlite': rpmSqlite([header, header]),
  'var/lib/rpm/Packages.db': rpmNdb([header, header]),
  'var/lib/rpm/Packages': rpmBdb([header, header]),
  'a.dist-info/METADATA': Buffer.from('Name: a\nVersion: 1\nLicense: MIT\n'),
  'a.dist-info/RECORD': Buffer.from('a/b.py,sha256=x,1\n"c,d",,\n'),
  'node_modules/a/package.json': Buffer.from('{"name":"a","version":"1","license":{"type":"MIT"}}'),
  'specifications/a-1.gemspec': Buffer.from('s.name = "a".freeze\ns.version = "1"\ns.licenses = ["MIT"]\n'),
  'vendor/composer/installed.json': Buffer.from(
    '{"packages":[{"name":"a/b","version":"1","license":["MIT"]}]}',
  ),
  'conda-meta/a.json': Buffer.from('{"name":"a","version":"1","files":["b"]}'),
  'a.deps.json': Buffer.from(
    '{"targets":{"t":{"A/1":{"runtime":{"a.dll":{}}}}},"libraries":{"A/1":{"type":"package"}}}',
  ),
  'app.jar': zip({ 'META-INF/MANIFEST.MF': 'Bundle-Version: 1\n', 'lib/a.jar': inner }, { stored: true }),
  'packed.jar': zip({ 'lib/a.jar': inner, 'META-INF/maven/g/a/pom.properties': properties }),
  'usr/bin/tool': goProgram({ version: 'go1.22', modules: 'mod\ta\tv1\n'.repeat(20) }),
};

const pieceBytes = fc.integer({ min: 64, max: 20_000 });
const file = fc.constantFrom(...Object.entries(samples));
/** Where it strikes as a share of the file, and what it puts there: single bits, and the numbers that parsers fear. */
const blow = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.oneof(
    fc.constantFrom([0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0x80, 0, 0, 0], [0, 0, 0, 0x80], [1, 0], [0, 1]),
    fc.array(fc.nat(255), { minLength: 1, maxLength: 8 }),
  ),
});

function survives(path: string, bytes: Buffer, piece: number): void {
  const facts = readFacts(path, bytes, { executable: true, pieceBytes: piece });
  const kept = packFacts(facts);
  assert.deepEqual(keptFactsSchema.parse(structuredClone(kept)), kept);
  const paths = facts.owns.flatMap((each) => [...each.paths, ...(each.below ?? [])]);
  assert.ok(paths.every((each) => !each.startsWith('/') && !each.split('/').includes('..')));
}

test('the samples are sound: each is read without a trouble', () => {
  for (const [path, bytes] of Object.entries(samples)) {
    const { packages, owns, troubles } = readFacts(path, bytes, { executable: true });
    assert.ok(packages.length + owns.length > 0, path);
    if (path !== 'var/lib/dpkg/status') assert.deepEqual(troubles, [], path);
  }
});

test('a file that was cut anywhere is read as far as it goes, and never crashes its reader', () => {
  fc.assert(
    fc.property(file, fc.double({ min: 0, max: 1, noNaN: true }), pieceBytes, ([path, bytes], share, piece) =>
      survives(path, bytes.subarray(0, Math.floor(bytes.length * share)), piece),
    ),
    { numRuns: 400 },
  );
});

test('a file with wrong bytes anywhere never crashes its reader', () => {
  fc.assert(
    fc.property(
      file,
      fc.array(blow, { minLength: 1, maxLength: 6 }),
      pieceBytes,
      ([path, sound], blows, piece) => {
        const bytes = Buffer.from(sound);
        for (const { share, bytes: put } of blows) {
          bytes.set(
            put.slice(0, bytes.length - Math.floor(share * (bytes.length - 1))),
            Math.floor(share * (bytes.length - 1)),
          );
        }
        survives(path, bytes, piece);
      },
    ),
    { numRuns: 1_500 },
  );
});

test('any bytes under the name of a database never crash its reader', () => {
  fc.assert(
    fc.property(file, fc.uint8Array({ maxLength: 3_000 }), fc.nat(64), ([path, sound], noise, kept) =>
      survives(path, Buffer.concat([sound.subarray(0, kept), noise]), 512),
    ),
    { numRuns: 400 },
  );
});

test('any JSON under the name of a database never crashes its reader', () => {
  const documents = Object.keys(samples).filter((path) => path.endsWith('.json'));
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.json({ maxDepth: 6 }), (path, text) =>
      survives(path, Buffer.from(text), 512),
    ),
    { numRuns: 300 },
  );
});
