import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { filesOnDisk, readTexts } from '../../tools/project-files.ts';
import { limits } from '../../src/base/limits.ts';

const root = process.cwd();
const areaSchema = z.record(z.string(), z.record(z.string(), z.number()));
const lists = filesOnDisk(root).filter((file) => /^src\/base\/[a-z]+-limits\.ts$/u.test(file));

test('each bound of an area is one of `limits` by a name that no other area has', async () => {
  assert.ok(lists.length > 0);
  const all = new Map<string, unknown>(Object.entries(limits));
  const seen = new Set<string>();
  for (const file of lists) {
    const module = areaSchema.parse(await import(pathToFileURL(path.join(root, file)).href));
    for (const [name, bound] of Object.values(module).flatMap((list) => Object.entries(list))) {
      assert.ok(!seen.has(name), `${name} of ${file} stands in another list as well`);
      assert.equal(all.get(name), bound, `${name} of ${file}`);
      seen.add(name);
    }
  }
});

test('code reads bounds of `limits`, and of no area by itself', () => {
  const reading = [
    ...readTexts(
      root,
      filesOnDisk(root).filter((file) => file.endsWith('.ts')),
    ),
  ]
    .filter(([, text]) => /from '[./a-z]*\/[a-z]+-limits\.ts'/u.test(text))
    .map(([file]) => file);
  assert.deepEqual(
    reading.filter((file) => !file.startsWith('src/cli/')),
    ['src/base/limits.ts'],
  );
});
