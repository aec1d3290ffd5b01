import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBranchName, parseBranchName } from './branch-name.ts';
import { isOurs, sealCommit } from './commit-seal.ts';
import {
  formatCommit,
  isCommitId,
  parseCommitId,
  readCommit,
  signatureOf,
  type CommitContent,
} from './commit.ts';
import { isFailure } from '../base/failure.ts';

const [one, two] = [parseCommitId('1'.repeat(40)), parseCommitId('2'.repeat(40))];
const person = { name: 'Ada Lovelace', mail: 'ada@example.org', at: '2026-11-01T00:00:00Z' };
const content: CommitContent = {
  tree: 'a'.repeat(40),
  parents: [one],
  author: person,
  committer: person,
  message: 'Move\n\nnode to 22\n',
};

test('names of branches follow the grammar of git, and look like no option', () => {
  for (const name of ['main', 'release/1.2', 'ünï', 'a-b', 'a@b', 'lockkeeper/update'])
    assert.ok(isBranchName(name), name);
  const wrong = [
    '',
    '-x',
    '--all',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.',
    'a..b',
    'a.lock',
    'a.lock/b',
    '@',
    'HEAD',
  ];
  for (const name of [
    ...wrong,
    'a b',
    'a\tb',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    'a\0',
    '\ud800',
  ])
    assert.ok(!isBranchName(name), JSON.stringify(name));
  assert.ok(!isBranchName('x'.repeat(251)));
  assert.throws(
    () => parseBranchName('-x'),
    (error) => isFailure(error, 'revision-invalid'),
  );
});

test('names of commits are whole, and the empty one is none', () => {
  assert.ok(isCommitId('0123456789abcdef'.repeat(4)));
  for (const name of ['0'.repeat(40), 'a'.repeat(39), 'A'.repeat(40), 'main', ''])
    assert.ok(!isCommitId(name), name);
});

test('a commit is read as it was written, and headers that we do not know are left out', () => {
  const text = formatCommit(content);
  assert.deepEqual(readCommit(two, text), { ...content, id: two });
  const signed = text.replace(
    '\n\n',
    '\ngpgsig -----BEGIN\n parent of no one\n -----END\nencoding UTF-8\n\n',
  );
  assert.deepEqual(readCommit(two, signed), { ...content, id: two });
  assert.equal(readCommit(two, 'tree x\n\nno people\n'), undefined);
  const elsewhere = readCommit(two, text.replace('+0000\ncommitter', '+0530\ncommitter'));
  assert.equal(elsewhere?.author.at, person.at, 'seconds count from 1970 in every zone');
});

test('whatever a name holds, it cannot end its field', () => {
  const odd = {
    name: ' <"Eve">\n\0author x. ',
    mail: 'eve@example.org>\nparent x',
    at: '2026-11-01T00:00:00.999Z',
  };
  const signature = signatureOf(odd);
  assert.deepEqual(signature, {
    name: 'Eve" author x',
    mail: 'eve@example.orgparentx',
    at: '2026-11-01T00:00:00Z',
  });
  assert.deepEqual(readCommit(two, formatCommit({ ...content, author: signature }))?.author, signature);
  assert.equal(signatureOf({ ...odd, name: '<>', mail: 'bot@example.org' }).name, 'bot');
});

test('our own commits are known by their seal; whatever a person changes breaks it', () => {
  const ours = sealCommit(content);
  assert.ok(isOurs(ours));
  assert.deepEqual(sealCommit(content), ours);
  const read = readCommit(two, formatCommit(ours));
  assert.ok(read !== undefined && isOurs(read));
  const changed: readonly Partial<CommitContent>[] = [
    { tree: 'b'.repeat(40) },
    { parents: [two] },
    { parents: [one, two] },
    { author: { ...person, name: 'Eve' } },
    { committer: { ...person, name: 'GitHub' } },
    { committer: { ...person, at: '2026-11-01T00:00:01Z' } },
    { message: ours.message.replace('22', '23') },
    { message: `${ours.message}\nSigned-off-by: Eve\n` },
    { message: content.message },
  ];
  for (const change of changed) assert.ok(!isOurs({ ...ours, ...change }), JSON.stringify(change));
  assert.ok(!isOurs(content));
});

test('the seal joins the trailers that are there', () => {
  const { message } = sealCommit({
    ...content,
    message: 'Move\n\nnode\n\nSigned-off-by: Ada\nImage: node\n',
  });
  assert.match(message, /\nSigned-off-by: Ada\nImage: node\nLockkeeper-Seal: [0-9a-f]{64}\n$/);
  assert.match(sealCommit({ ...content, message: 'fix: node' }).message, /^fix: node\n\nLockkeeper-Seal: /);
});
