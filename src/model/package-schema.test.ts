import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptFactsSchema } from './package-schema.ts';
import type { KeptFacts } from './kept-facts.ts';

const facts: KeptFacts = {
  packages: [{ ecosystem: 'npm', name: 'ms', version: '2.1.3', size: 3, place: 'app/package.json' }],
  owns: [{ ecosystem: 'npm', name: 'ms', paths: '', below: ['app/'] }],
  troubles: ['it ends early'],
};

test('facts survive being kept', () => {
  assert.deepEqual(keptFactsSchema.parse(JSON.parse(JSON.stringify(facts))), facts);
});

test('what is not facts is not taken for them', () => {
  assert.equal(keptFactsSchema.safeParse({ ...facts, packages: [{ name: 'ms' }] }).success, false);
});
