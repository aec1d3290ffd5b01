import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands.ts';
import { readConfig } from '../../src/model/config.ts';
import { exampleConfig } from '../../tools/reference/config-page.ts';
import { referencePages } from '../../tools/reference/pages.ts';

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'reference');

test('docs/reference is what the code says, byte for byte, and nothing else', async () => {
  const pages = await referencePages();
  assert.deepEqual((await readdir(folder)).toSorted(), [...pages.keys()].toSorted());
  for (const [name, text] of pages) {
    assert.equal(await readFile(path.join(folder, name), 'utf8'), text, `${name} is stale; run npm run docs`);
  }
});

test('the config that the reference shows is one that we read', () => {
  const config = readConfig(exampleConfig, 'lockkeeper.yaml', '/repo');
  assert.equal(config.images.length, 2);
});

test('the overview of commands says of each what the command says of itself', async () => {
  for (const { name, summary, load } of commands) {
    const definition = await load();
    assert.deepEqual([definition.name, definition.summary], [name, summary]);
  }
});
