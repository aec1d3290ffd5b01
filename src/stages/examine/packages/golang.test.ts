import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goBuildInfo, goProgram, olderGoProgram } from '../../../../test/support/package-files.ts';
import { readFacts } from '../../../../test/support/read-facts.ts';

const modules =
  'path\texample.org/tool/cmd\nmod\texample.org/tool\tv1.4.0\th1:x=\ndep\tgolang.org/x/sys\tv0.1.0\th1:y=\ndep\texample.org/old\tv1.0.0\n=>\texample.org/fork\tv1.0.1\th1:z=\nbuild\tCGO_ENABLED=0\n';
const program = { version: 'go1.22.3', modules };
const executable = { executable: true };

const expected = [
  'stdlib go1.22.3',
  'example.org/tool v1.4.0',
  'golang.org/x/sys v0.1.0',
  'example.org/fork v1.0.1',
];

function found(bytes: Buffer, pieceBytes = 4_099): readonly string[] {
  return readFacts('usr/bin/tool', bytes, { ...executable, pieceBytes }).packages.map(
    ({ name, version }) => `${name} ${version}`,
  );
}

test('Go: a program tells its modules, what replaced them, and its Go', () => {
  assert.deepEqual(found(goProgram(program)), expected);
  assert.deepEqual(readFacts('usr/bin/tool', goProgram(program), executable).owns, [
    { ecosystem: 'golang', name: 'example.org/tool', paths: ['usr/bin/tool'] },
  ]);
});

test('Go: the list is found wherever the pieces of the stream end', () => {
  for (const pieceBytes of [509, 512, 4_096, 65_536, 1_000_000]) {
    assert.deepEqual(found(goProgram(program), pieceBytes), expected, String(pieceBytes));
  }
});

test('Go: a program that carries another one is not taken for it', () => {
  const carried = Buffer.concat([goBuildInfo({ version: 'go1.2', modules: '' }), Buffer.alloc(70_000)]);
  const constants = carried.subarray(0, carried.length - (carried.length % 16));
  assert.deepEqual(found(goProgram({ ...program, constants })), expected);
});

test('Go before 1.18: modules are found, and that its Go is not is told', () => {
  const { packages, troubles } = readFacts('usr/bin/gosu', olderGoProgram(modules), executable);
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['example.org/tool', 'golang.org/x/sys', 'example.org/fork'],
  );
  assert.equal(troubles.length, 1);
});

test('Go: without modules there is still a Go', () => {
  assert.deepEqual(found(goProgram({ version: 'go1.19.8', modules: '' })), ['stdlib go1.19.8']);
});

test('programs that Go did not link, and scripts, have no modules and no troubles', () => {
  const other = goProgram(program);
  other.fill(0, other.lastIndexOf(' Go buildinf:'));
  for (const bytes of [other, Buffer.from(`#!/bin/sh\n${'x'.repeat(80_000)}`)]) {
    assert.deepEqual(readFacts('usr/bin/tool', bytes, executable), { packages: [], owns: [], troubles: [] });
  }
});

test('Go: marks without end cost no more than a few looks', () => {
  const lie = goBuildInfo({ version: 'go1.22', modules: '' });
  // The length of the modules: most of a mebibyte, which is not there.
  const claim = Buffer.concat([lie.subarray(0, -1), Buffer.from([0xff, 0xff, 0x3f])]);
  const unit = Buffer.concat([claim, Buffer.alloc(16 - (claim.length % 16))]);
  const constants = Buffer.concat(Array.from({ length: 60_000 }, () => unit));
  assert.ok(constants.length % 16 === 0 && constants.length > 2 ** 21);
  const names = found(goProgram({ ...program, constants }), 65_536);
  assert.equal(names[0]?.startsWith('stdlib'), true);
});

test('Go: a file of nothing but marks is given up, not searched once more behind each', () => {
  const mark = Buffer.from('\u00ff Go buildinf:\0\0', 'latin1');
  const constants = Buffer.concat(Array.from({ length: 2 ** 18 }, () => mark));
  assert.deepEqual(found(goProgram({ ...program, constants }), 2 ** 20), []);
});
