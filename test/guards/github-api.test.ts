import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as z from 'zod';
import { routes } from '../../tools/github-api.ts';

const excerpt = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

test('what we hold GitHub’s adapter against is what the tool takes out of its description', () => {
  const file = new URL('../support/github-api.json', import.meta.url);
  const { paths } = excerpt.parse(JSON.parse(readFileSync(file, 'utf8')));
  const written = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(written.toSorted(), [...routes].toSorted());
});
