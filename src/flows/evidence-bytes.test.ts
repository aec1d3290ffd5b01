import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEvidence, storedPair } from '../../test/support/judge-evidence.ts';
import type { Evidence } from '../model/evidence.ts';
import { evidenceBytes } from './evidence-bytes.ts';

function read(evidence: Evidence): unknown {
  return JSON.parse(Buffer.from(evidenceBytes(evidence)).toString('utf8'));
}

const cases: Readonly<Record<string, Evidence>> = {
  'without a trial': makeEvidence(),
  'with runs that saw nothing': storedPair({}, {}),
  'with two runs and all kinds of text': storedPair(
    { 'a › "b"': 'passed', 'ä\u0000\u2028': 'failed: line\nline' },
    { 'a › "b"': 'skipped', '{"trials":[': 'errored: \\' },
  ),
  'with more than one piece of text': storedPair(
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`test ${index} ${'é'.repeat(200)}`, 'passed']),
    ),
    {},
  ),
};

for (const [name, evidence] of Object.entries(cases)) {
  test(`evidence ${name} is the JSON that it would be in one string`, () => {
    assert.deepEqual(read(evidence), JSON.parse(JSON.stringify(evidence)));
  });
}
