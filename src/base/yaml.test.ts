import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, plainValue } from './yaml-node.ts';
import { readYaml, type YamlReading } from './yaml.ts';

const plain = (text: string): YamlReading => readYaml(text, { merge: false, aliasesMax: 100 });
const merging = (text: string): YamlReading => readYaml(text, { merge: true, aliasesMax: 100 });
const valueOf = ({ root }: YamlReading): unknown => (root === undefined ? undefined : plainValue(root));
const messages = ({ faults }: YamlReading): readonly string[] => faults.map(({ message }) => message);

test('a text without a value has no root', () => {
  for (const text of ['', '\n', '# a comment\n', '---\n# nothing\n'])
    assert.equal(valueOf(plain(text)) ?? undefined, undefined);
});

test('scalars keep the characters that were written', () => {
  const { root } = plain('a: 3.10\nb: "3.10"\nc: |\n  x\n  y\n');
  const a = member(root, 'a');
  const b = member(root, 'b');
  const c = member(root, 'c');
  assert.deepEqual(a, {
    kind: 'scalar',
    span: { start: 3, end: 7 },
    value: 3.1,
    source: '3.10',
    style: 'plain',
  });
  assert.deepEqual([b?.kind === 'scalar' && b.style, c?.kind === 'scalar' && c.value], ['quoted', 'x\ny\n']);
});

test('YAML 1.2 has no yes, no octal 010 and no dates', () => {
  assert.deepEqual(valueOf(plain('a: yes\nb: on\nc: 2024-01-01\nd: 12:30')), {
    a: 'yes',
    b: 'on',
    c: '2024-01-01',
    d: '12:30',
  });
});

test('every fault is told, with its offset, and what could be read is there', () => {
  const reading = plain('a: 1\na: 2\nb: *gone\nc: !odd 3\n');
  assert.deepEqual(reading.faults, [
    { message: 'the key "a" stands twice', offset: 5 },
    { message: 'no anchor &gone stands before this alias', offset: 13 },
    { message: 'tags such as !odd are not known here', offset: 22 },
  ]);
  assert.deepEqual(valueOf(reading), { a: 1, b: null, c: '3' });
});

test('a second document is a fault unless only the first is asked for', () => {
  const text = 'a: 1\n---\nb: 2\n';
  assert.deepEqual(messages(plain(text)), [
    'a second document begins here, but only one may stand in the file',
  ]);
  assert.deepEqual(messages(readYaml(text, { merge: false, aliasesMax: 1, firstOfMany: true })), []);
});

test('tags of another reader are a fault unless they are allowed', () => {
  const text = 'a: !reference [b, c]\n';
  assert.equal(plain(text).faults.length, 1);
  const reading = readYaml(text, { merge: false, aliasesMax: 1, anyTag: true });
  assert.deepEqual([reading.faults, valueOf(reading)], [[], { a: ['b', 'c'] }]);
});

test('merge keys add what is not there, and of two maps the first wins', () => {
  const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  b: 0\n  <<: [*y, *x]\n';
  assert.deepEqual(valueOf(merging(text)), { x: { a: 1, b: 1 }, y: { b: 2, c: 2 }, z: { b: 0, c: 2, a: 1 } });
  assert.deepEqual(messages(merging(text)), []);
});

test('without merge keys, << is a key like any other', () => {
  assert.deepEqual(valueOf(plain('<<: {a: 1}')), { '<<': { a: 1 } });
});

test('aliases that multiply are stopped', () => {
  const names = 'abcdefghi'.split('');
  const lines = names.slice(1).map((name, index) => `${name}: &${name} [${`*${names[index]},`.repeat(9)}]`);
  const reading = plain(`a: &a [x,x,x,x,x,x,x,x,x]\n${lines.join('\n')}`);
  assert.deepEqual(messages(reading), ['it follows more than 100 aliases']);
});

test('an alias of itself is stopped', () => {
  assert.deepEqual(messages(plain('a: &a [*a]')), ['it is nested more than 32 deep']);
});

test('nesting that would overflow the stack is stopped at once', () => {
  for (const unit of ['[', '{a: ', '- ', '? ', '- - ', '[{a: ']) {
    assert.deepEqual(messages(plain(unit.repeat(100_000))), ['it is nested more than 32 deep'], unit);
  }
  const blocks = Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  assert.deepEqual(messages(plain(blocks)), ['it is nested more than 32 deep']);
});

test('30 levels are no bomb', () => {
  const blocks = Array.from({ length: 30 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  assert.deepEqual(messages(plain(blocks)), []);
  assert.deepEqual(messages(plain(`${'['.repeat(30)}${']'.repeat(30)}`)), []);
});

test('a file that is broken throughout ends quickly, with the first faults only', () => {
  assert.equal(plain('a\n: '.repeat(50_000)).faults.length, 20);
});

test('keys called __proto__ are refused', () => {
  const reading = plain('__proto__: {polluted: true}');
  assert.deepEqual(messages(reading), ['a key cannot be called __proto__']);
  assert.deepEqual(valueOf(reading), {});
});
