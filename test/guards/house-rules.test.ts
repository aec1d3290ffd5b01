import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { filesOnDisk, readTexts } from '../../tools/project-files.ts';
import { parseSource } from '../../tools/source-file.ts';

const root = process.cwd();
const sources = readTexts(
  root,
  filesOnDisk(root).filter((path) => /^(?:bin|src|test|tools|demo)\/.*\.ts$/u.test(path)),
);

/** Type assertions other than `as const` and the one that makes a value of a brand, in the file of the brand. */
function castsBeyondBrands(path: string, text: string): readonly string[] {
  const { casts, brands } = parseSource(path, text);
  const used = new Set<string>();
  return casts
    .filter(({ type }) => {
      if (type === undefined || !brands.includes(type) || used.has(type)) return true;
      used.add(type);
      return false;
    })
    .map(({ line, text: written }) => `${path}:${line} ${written}`);
}

/** Comments that switch a check off. */
const switchedOff = new RegExp(
  ['(?:oxlint|eslint)-disable', '@ts-(?:ignore|expect-error|nocheck)'].join('|'),
  'u',
);

test('types are parsed, not asserted: one cast a brand, in its own file', () => {
  assert.ok(sources.size > 0);
  assert.deepEqual(
    [...sources].flatMap(([path, text]) => castsBeyondBrands(path, text)),
    [],
  );
});

test('a cast is found unless it is const or the first to a brand of the file', () => {
  const brand = `export type Id = string & { readonly __brand: 'Id' };\n`;
  const find = (text: string): number => castsBeyondBrands('x.ts', text).length;
  assert.equal(find(`${brand}export const id = (text: string) => text as Id;`), 0);
  assert.equal(find(`export const all = ['a'] as const;`), 0);
  assert.equal(find(`${brand}export const two = ['a' as Id, 'b' as Id];`), 1);
  assert.equal(find(`export const x = 'a' as unknown as Id;`), 2);
  assert.equal(find(`export const x = <Id>'a';`), 1);
  assert.equal(find(`export const x = (y?: string) => y!;`), 1);
});

test('what commands print of foreign text is made inert, too: CI systems read commands in a log', () => {
  const found = [...sources.keys()].filter(
    (path) => path.startsWith('src/cli/') && (sources.get(path) ?? '').includes('visibleLine'),
  );
  // Its lines go into documents that no CI system reads as a log, or through `inert`.
  assert.deepEqual(found, ['src/cli/report/words.ts']);
});

test('zod is imported whole: of an object that is called z the bundler can leave nothing out', () => {
  const found = [...sources].filter(([, text]) => /^import \{[^}]*\bz\b[^}]*\} from 'zod';$/mu.test(text));
  assert.deepEqual(
    found.map(([path]) => path),
    [],
  );
});

test('no check is switched off by a comment', () => {
  const found = [...sources].filter(
    ([path, text]) => path !== 'test/guards/house-rules.test.ts' && switchedOff.test(text),
  );
  assert.deepEqual(
    found.map(([path]) => path),
    [],
  );
});

test('shell scripts are scripts of the shell that they name', () => {
  const scripts = filesOnDisk(root).filter((path) => path.endsWith('.sh') || path === '.ci/run');
  assert.ok(scripts.length > 0);
  for (const path of scripts) {
    const shell = readFileSync(path, 'utf8').startsWith('#!/bin/sh\n') ? 'sh' : 'bash';
    const { status, stderr } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
});
