import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rpmBdb, rpmHeader, rpmNdb, rpmSqlite } from '../../../../test/support/package-files.ts';
import { readFacts } from '../../../../test/support/read-facts.ts';
import { rpmTags } from './rpm-header.ts';

const bash = rpmHeader({
  [rpmTags.name]: 'bash',
  [rpmTags.version]: '5.1.8',
  [rpmTags.release]: '9.el9',
  [rpmTags.architecture]: 'x86_64',
  [rpmTags.sourceRpm]: 'bash-5.1.8-9.el9.src.rpm',
  [rpmTags.licence]: 'GPLv3+',
  [rpmTags.size]: 7_738_634,
  [rpmTags.baseNames]: ['bash', 'bashrc', 'lost'],
  [rpmTags.directoryNames]: ['/usr/bin/', '/etc/'],
  [rpmTags.directoryIndexes]: [0, 1, 7],
});
const vim = rpmHeader({
  [rpmTags.name]: 'vim',
  [rpmTags.version]: '8.2',
  [rpmTags.release]: '1',
  [rpmTags.epoch]: 2,
  // Longer than a page, so that it goes on elsewhere in each of the three forms.
  [rpmTags.licence]: 'x'.repeat(30_000),
});

const forms = {
  'var/lib/rpm/rpmdb.sqlite': rpmSqlite([bash, vim]),
  'usr/lib/sysimage/rpm/Packages.db': rpmNdb([bash, vim]),
  'var/lib/rpm/Packages': rpmBdb([bash, vim]),
  'usr/share/rpm/Packages': rpmBdb([bash, vim], 'big'),
};

for (const [place, bytes] of Object.entries(forms)) {
  test(`rpm: ${place} tells packages, epochs and files`, () => {
    assert.deepEqual(readFacts(place, bytes), {
      packages: [
        {
          ecosystem: 'rpm',
          name: 'bash',
          version: '5.1.8-9.el9',
          architecture: 'x86_64',
          source: 'bash-5.1.8-9.el9.src.rpm',
          licence: 'GPLv3+',
          size: 7_738_634,
          place,
        },
        { ecosystem: 'rpm', name: 'vim', version: '2:8.2-1', place },
      ],
      owns: [{ ecosystem: 'rpm', name: 'bash', paths: ['usr/bin/bash', 'etc/bashrc'] }],
      troubles: [],
    });
  });
}

test('rpm: a database of a thousand packages in pages of pages is read wholly', () => {
  const headers = Array.from({ length: 1_000 }, (_, index) =>
    rpmHeader({ [rpmTags.name]: `p${index}`, [rpmTags.version]: '1', [rpmTags.licence]: 'y'.repeat(900) }),
  );
  const names = readFacts('var/lib/rpm/rpmdb.sqlite', rpmSqlite(headers)).packages.map(({ name }) => name);
  assert.deepEqual(
    names,
    headers.map((_, index) => `p${index}`),
  );
});

test('rpm: one broken header is told and does not hide the others', () => {
  const broken = Buffer.from(bash);
  broken.writeUInt32BE(0xffff_ffff, 4);
  const { packages, troubles } = readFacts('var/lib/rpm/Packages.db', rpmNdb([broken, vim]));
  assert.deepEqual(
    [packages.map(({ name }) => name), troubles],
    [['vim'], ['a package’s header is broken: it points outside of itself']],
  );
});

test('rpm: pages that lead back into themselves end', () => {
  const bytes = rpmBdb([vim]);
  // The first page of the value leads to itself.
  bytes.writeUInt32LE(2, 2 * 4096 + 16);
  assert.deepEqual(readFacts('var/lib/rpm/Packages', bytes).troubles, ['two of its values share a page']);
});

test('rpm: what is no database is named, an empty file holds nothing', () => {
  assert.deepEqual(readFacts('var/lib/rpm/Packages', 'hello').troubles, [
    'it is neither SQLite, ndb nor Berkeley DB',
  ]);
  assert.deepEqual(readFacts('var/lib/rpm/Packages', '').troubles, []);
});

test('rpm: changes that only the log holds are told, not guessed', () => {
  assert.equal(readFacts('var/lib/rpm/rpmdb.sqlite-wal', 'x').troubles.length, 1);
  assert.equal(readFacts('var/lib/rpm/rpmdb.sqlite-wal', '').troubles.length, 0);
});

test('rpm: a list that leads to one package many times is not followed', () => {
  const bytes = rpmNdb([vim, ...Array.from({ length: 50 }, () => bash)]);
  for (let slot = 3; slot < 53; slot += 1) bytes.copy(bytes, slot * 16, 32, 48);
  const { packages, troubles } = readFacts('var/lib/rpm/Packages.db', bytes);
  assert.deepEqual(troubles, ['its packages overlap']);
  assert.ok(packages.length > 0 && packages.length < 5);
});
