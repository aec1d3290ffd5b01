import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, array, boolean, constantFrom, property, string } from 'fast-check';
import { isFailure } from '../base/failure.ts';
import { withHold, withoutHolds, type ConfigText } from './config-holds.ts';
import { readConfig } from './config.ts';
import { digestOf } from './digest.ts';
import { describeHold, holdsBack, isOn, type Hold } from './hold.ts';
import { parseReference } from './reference.ts';

const [bad, good] = [digestOf('bad'), digestOf('good')];
const held: Hold = {
  image: 'node:22',
  author: 'lockkeeper',
  reason: 'unit: 3 tests regressed',
  until: undefined,
  digest: bad,
  keep: undefined,
  evidence: 'https://ci.example.org/runs/1?a=b#c',
};
const place = { file: 'lockkeeper.yaml', directory: '/repo' };

function holdsOf(text: string | undefined): readonly Hold[] {
  return text === undefined ? [] : readConfig(text, place.file, place.directory).holds;
}

const at = (text: string | undefined): ConfigText => ({ ...place, text });

test('without a config a hold makes one that says nothing else; taken out again, the rest stays', () => {
  const text = withHold(at(undefined), held);
  assert.equal(
    text,
    `version: 1

holds:
  - image: "node:22"
    author: lockkeeper
    reason: "unit: 3 tests regressed"
    digest: "${bad}"
    evidence: "https://ci.example.org/runs/1?a=b#c"
`,
  );
  assert.deepEqual(holdsOf(text), [held]);
  assert.equal(
    withoutHolds(at(text), () => true),
    'version: 1\n',
  );
  assert.equal(
    withoutHolds(at(text), () => false),
    text,
  );
  assert.equal(
    withoutHolds(at(undefined), () => true),
    undefined,
  );
});

test('a hold that is said again is said once; another digest is another hold', () => {
  const once = withHold(at(undefined), held);
  assert.equal(withHold(at(once), held), once);
  const later = withHold(at(once), { ...held, until: '2026-12-31', reason: 'again' });
  assert.deepEqual(
    holdsOf(later).map(({ until }) => until),
    ['2026-12-31'],
  );
  const two = withHold(at(later), { ...held, digest: undefined, keep: good });
  assert.deepEqual(
    holdsOf(two).map(({ digest, keep }) => [digest, keep]),
    [
      [bad, undefined],
      [undefined, good],
    ],
  );
});

const entry = (image: string): string => `image: ${image}, author: Ada, reason: x, until: 2026-12-31`;

const cases: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'the first of a block, with its comment behind',
    `version: 1\nholds:\n  # of spring\n  - { ${entry('gone')} } # soon\n  # of summer\n  - { ${entry('b')} }\npins: { cooldown: 3d }\n`,
    `version: 1\nholds:\n  # of spring\n  # of summer\n  - { ${entry('b')} }\npins: { cooldown: 3d }\n`,
  ],
  [
    'the last of a block, with the comments above it',
    `version: 1\nholds:\n- { ${entry('b')} } # stays\n# why\n# and more\n- image: gone\n  author: Ada\n  reason: >-\n    long\n    and wide\n  until: 2026-12-31\npins: { cooldown: 3d }\n`,
    `version: 1\nholds:\n- { ${entry('b')} } # stays\npins: { cooldown: 3d }\n`,
  ],
  [
    'amid a block, with line ends of Windows',
    `version: 1\r\nholds:\r\n  - { ${entry('a')} }\r\n  - { ${entry('gone')} }\r\n  - { ${entry('b')} }\r\n`,
    `version: 1\r\nholds:\r\n  - { ${entry('a')} }\r\n  - { ${entry('b')} }\r\n`,
  ],
  [
    'all, amid the file',
    `version: 1\nholds:\n  - { ${entry('gone')} }\npins: { cooldown: 3d }\n`,
    `version: 1\npins: { cooldown: 3d }\n`,
  ],
  ['all, without a newline at the end', `version: 1\nholds: [{ ${entry('gone')} }]`, `version: 1\n`],
  [
    'of a flow list',
    `version: 1\nholds: [{ ${entry('gone')} }, { ${entry('a')} }, { ${entry('gone')} }, { ${entry('gone')} }]\n`,
    `version: 1\nholds: [{ ${entry('a')} }]\n`,
  ],
];

for (const [name, before, after] of cases) {
  test(`taken out: ${name}`, () => {
    assert.equal(
      withoutHolds(at(before), ({ image }) => image === 'gone'),
      after,
    );
  });
}

test('a config that is JSON stays JSON', () => {
  const json = JSON.stringify({ version: 1, holds: [] });
  const text = withHold(at(withHold(at(json), held)), { ...held, image: 'other' });
  assert.deepEqual(JSON.parse(withoutHolds(at(text), ({ image }) => image === 'node:22') ?? ''), {
    version: 1,
    holds: [
      { image: 'other', author: held.author, reason: held.reason, digest: bad, evidence: held.evidence },
    ],
  });
  assert.deepEqual(JSON.parse(withoutHolds(at(text), () => true) ?? ''), { version: 1, holds: [] });
});

test('a config that is wrong, and a list that is an alias, are left alone', () => {
  const alias = `version: 1\nwaivers: &none []\nholds: *none\n`;
  for (const text of ['version: 2\n', 'version: [\n', alias])
    assert.throws(
      () => withHold(at(text), held),
      (error) => isFailure(error, 'config-invalid', 'config-syntax'),
      text,
    );
  const wrong = { ...held, evidence: 'javascript:alert(1)' };
  assert.throws(
    () => withHold(at(undefined), wrong),
    (error) => isFailure(error, 'config-invalid'),
  );
});

test('whatever is put in and taken out, exactly that changes', () => {
  const word = string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 });
  check(
    property(
      array(word, { minLength: 1, maxLength: 5 }),
      array(boolean(), { minLength: 5 }),
      constantFrom('', 'holds: []\n'),
      (reasons, gone, list) => {
        const start = `# top\nversion: 1\n${list}pins: { cooldown: 3d }\n`;
        let text: string = start;
        for (const [index, reason] of reasons.entries())
          text = withHold(at(text), { ...held, image: `i${index}`, reason });
        assert.deepEqual(
          holdsOf(text).map(({ reason }) => reason),
          reasons,
        );
        const isGone = ({ image }: Hold): boolean => gone[Number(image.slice(1))] === true;
        const kept = reasons.filter((_, index) => gone[index] !== true);
        const rest = withoutHolds(at(text), isGone);
        assert.deepEqual(
          holdsOf(rest).map(({ reason }) => reason),
          kept,
        );
        assert.ok(rest?.startsWith('# top\nversion: 1\n'));
      },
    ),
    { seed: 20261121, numRuns: 100 },
  );
});

test('a hold is on an image by its name here, or by what its baseline is called', () => {
  const ci = { name: 'ci', baseline: parseReference('docker.io/library/node:22') };
  for (const image of ['ci', 'node', 'node:22', 'docker.io/library/*', 'n*:22'])
    assert.ok(isOn({ ...held, image }, ci), image);
  for (const image of ['cj', 'node:20', 'ghcr.io/**']) assert.ok(!isOn({ ...held, image }, ci), image);
});

test('it holds back its digest alone, until its day', () => {
  const now = '2026-11-21T12:00:00Z';
  assert.ok(holdsBack(held, now, [good, bad]));
  assert.ok(!holdsBack(held, now, [good]));
  assert.ok(!holdsBack({ ...held, until: '2026-11-20' }, now, [bad]));
  assert.ok(holdsBack({ ...held, digest: undefined }, now, [good]));
  assert.equal(
    describeHold({ ...held, until: '2026-12-31' }),
    `lockkeeper holds it until 2026-12-31, or until it stands for another digest than ${bad.slice(0, 19)}: unit: 3 tests regressed (https://ci.example.org/runs/1?a=b#c)`,
  );
  assert.match(describeHold({ ...held, digest: undefined, keep: good }), /holds it until it is released: /);
});
