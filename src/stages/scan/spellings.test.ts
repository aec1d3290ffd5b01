import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mention, MentionPlace } from '../../model/mention.ts';
import type { Survey } from '../../model/survey.ts';
import { assertGolden } from '../../../test/support/golden.ts';
import { scanFiles } from '../../../test/support/memory-tree.ts';
import { readRepoText } from '../../../test/support/repo-text.ts';

/** Each holds all spellings and decoys of its files; what is found in them is a golden text. */
const repos = [
  'dockerfile',
  'github-actions',
  'gitlab-ci',
  'circleci',
  'azure-pipelines',
  'other-ci',
  'compose',
  'kubernetes',
  'files',
  'wide-ci',
  'wide-clusters',
  'wide-code',
  'wide-scripts',
  'machines',
];
const patterns = [{ files: 'deploy/**/*.conf', before: 'ci_image ', after: ';' }];

for (const repo of repos) {
  test(`all spellings of ${repo} are found, and no decoy`, async () => {
    const files = readRepoText(repo);
    const survey = await scanFiles(files, patterns);
    assertGolden(`scan/${repo}.txt`, shown(survey));
    assertBytes(survey, (file) => Buffer.from(files[file] ?? ''));
  });

  test(`${repo} is found alike with Windows line ends, a byte order mark and letters of several bytes`, async () => {
    const plain = readRepoText(repo);
    const altered = Object.fromEntries(
      Object.entries(plain).map(([path, text]) => [
        path,
        `\ufeff${text.replaceAll('\n', '\r\n')}\r\n# ä€😀\r\n`,
      ]),
    );
    const survey = await scanFiles(altered, patterns);
    assert.deepEqual(
      survey.mentions.map(withoutBytes),
      (await scanFiles(plain, patterns)).mentions.map(withoutBytes),
    );
    assertBytes(survey, (file) => Buffer.from(altered[file] ?? ''));
  });
}

for (const repo of repos.filter((name) => name.startsWith('wide-'))) {
  test(`every name of ${repo} that is wanted is found, and nothing that is not`, async () => {
    const files = readRepoText(repo);
    const { mentions, notRead } = await scanFiles(files);
    const found = mentions.map(({ meaning, text }) =>
      meaning.kind === 'image' ? meaning.reference.written : text,
    );
    const wanted = new Set(
      Object.values(files)
        .join('\n')
        .match(/\bwant[-/][a-z]\w*/g),
    );
    assert.deepEqual(
      [...wanted].filter((name) => !found.some((each) => new RegExp(`${name}\\b`).test(each))),
      [],
    );
    assert.deepEqual(
      mentions.filter(({ meaning, text }) => meaning.kind === 'image' && text.includes('decoy')),
      [],
    );
    assert.deepEqual(notRead, []);
  });
}

/** Splicing is enough: the bytes of every place are its text. */
function assertBytes({ mentions }: Survey, bytesOf: (file: string) => Buffer): void {
  for (const { place, text, layout, note } of mentions) {
    const parts =
      layout.kind === 'split' ? [layout.registry, layout.repository, layout.tag, layout.digest] : [];
    for (const part of [{ place, text }, note, ...parts]) {
      if (part === undefined) continue;
      const { file, start, end } = part.place;
      assert.equal(bytesOf(file).subarray(start, end).toString(), part.text);
    }
  }
}

function withoutBytes(mention: Mention): string {
  return line(mention);
}

function shown({ mentions, notRead }: Survey): string {
  return [...mentions.map(line), ...notRead.map(({ file, why }) => `not read ${file}: ${why}`), ''].join(
    '\n',
  );
}

function line({ place, syntax, owner, text, meaning, layout, from, users, note }: Mention): string {
  const meant =
    meaning.kind === 'image'
      ? meaning.reference.written
      : meaning.kind === 'vm'
        ? `machine ${meaning.name}`
        : `? ${meaning.why}`;
  const pieces = from.map(
    ({ written, value, place: at }) => `${written} = ${value}${at === undefined ? '' : ` ${shortPlace(at)}`}`,
  );
  const extra = [
    ...(layout.kind === 'split'
      ? [`split${layout.tag === undefined ? '' : ' tag'}${layout.digest === undefined ? '' : ' digest'}`]
      : []),
    ...(pieces.length === 0 ? [] : [`from ${pieces.join(', ')}`]),
    ...(users.length === 0 ? [] : [`used at ${users.map(shortPlace).join(', ')}`]),
    ...(note === undefined ? [] : [`${note.tool} ${note.means ?? ''}`]),
  ];
  const digests = (each: string): string => each.replaceAll(/([aA])\1{63}/g, '$1…');
  return digests(
    `${shortPlace(place)} ${syntax} | ${owner} | ${text} | ${meant === text ? '=' : meant}${extra.map((each) => ` | ${each}`).join('')}`,
  );
}

function shortPlace({ file, line: row, column }: MentionPlace): string {
  return `${file}:${row}:${column}`;
}
