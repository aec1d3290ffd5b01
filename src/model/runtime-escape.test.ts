import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownEscapes } from './runtime-escape.ts';

const leaky = 'CVE-2024-21626';
const masked = 'CVE-2025-31133';

const versions: readonly (readonly [string, readonly string[]])[] = [
  ['1.0.0-rc93', [leaky, masked]],
  ['1.1.5+ds1', [leaky, masked]],
  ['1.1.11', [leaky, masked]],
  ['1.1.12', [masked]],
  ['1.1.15+ds1-2', [masked]],
  ['v1.2.7', [masked]],
  ['1.2.8', []],
  ['1.2.9', []],
  ['1.3.0', [masked]],
  ['1.3.2', [masked]],
  ['1.3.3', []],
  ['1.4.0-rc.1', [masked]],
  ['1.4.0~rc.2', [masked]],
  ['1.4.0-rc.3', []],
  ['1.4.0', []],
  ['1.5.0-rc.1', []],
  ['2.0.0', []],
];

test('every version of runc is told from the ones that close its known escapes', () => {
  for (const [version, cves] of versions) {
    assert.deepEqual(
      knownEscapes({ name: 'runc', version }).map((escape) => escape.cves[0]),
      cves,
      version,
    );
  }
});

test('of other runtimes, and of versions that nobody knows, nothing is said', () => {
  assert.deepEqual(knownEscapes({ name: 'crun', version: '1.0.0' }), []);
  assert.deepEqual(knownEscapes({ name: 'runc', version: undefined }), []);
  assert.deepEqual(knownEscapes({ name: 'runc', version: 'unknown' }), []);
});
