import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { makeEvidence, storedPair } from '../../test/support/judge-evidence.ts';
import { isFailure } from '../base/failure.ts';
import { streamOf } from '../base/stream.ts';
import { digestOf } from './digest.ts';
import { formatEvidence, parseEvidence } from './evidence-document.ts';
import type { Evidence } from './evidence.ts';
import { asTestId } from './observation.ts';
import type { TrialEnd } from './trial.ts';

const ends: readonly TrialEnd[] = [
  { kind: 'exited', status: -1 },
  { kind: 'not-started', message: 'no' },
  { kind: 'timed-out', afterMs: 1.5 },
  { kind: 'out-of-memory', bytesMax: 1 },
  { kind: 'out-of-disk', bytesMax: 1 },
  { kind: 'engine-error', message: '' },
];

const waiver = { test: 'a*', image: 'app', author: 'Ada', reason: 'slow' };

const rich = storedPair(
  { 'a › "b"': 'passed', 'ä\u0000\u2028': 'failed: line\nline' },
  { 'a › "b"': 'skipped', '{"trials":[': 'errored: \\' },
);
const cases: Readonly<Record<string, Evidence>> = {
  'without a trial': makeEvidence(),
  'without a baseline': storedPair({}, { a: 'passed' }, { hasBaseline: false }),
  'with runs that saw nothing': storedPair({}, {}),
  'with all kinds of text': rich,
  'of all ends, partial runs, reports and source': {
    ...rich,
    source: { commit: 'c'.repeat(40), tree: digestOf('tree'), dirty: true },
    mustPass: ['a*'],
    known: { flaky: [asTestId('a › "b"')], last: { at: '2026-11-20T00:00:00.000Z', ran: 2 } },
    waivers: [
      { ...waiver, suite: 'unit', until: { kind: 'day', day: '2026-12-31' } },
      { ...waiver, suite: undefined, until: { kind: 'candidate', digest: digestOf('candidate') } },
    ],
    trials: ends.flatMap((end) =>
      rich.trials.map((trial, index) => ({
        ...trial,
        end,
        round: 1 + index,
        reused: true,
        only: [asTestId('a › "b"')],
        report: { kind: 'broken', code: 'truncated', why: 'cut' } as const,
        output: { bytes: 9, head: 'he', tail: 'ta', omittedBytes: 5 },
        reports: [{ path: '../x.xml', digest: digestOf('x'), size: 1 }],
        observations: trial.observations.map((each) => ({
          ...each,
          parts: { file: 'f', class: 'c', name: 'n' },
          flaked: true,
          seconds: 0.25,
        })),
      })),
    ),
  },
  'with more than one piece of text': storedPair(
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`test ${index} ${'é'.repeat(200)}`, 'passed']),
    ),
    {},
  ),
};

function read(bytes: Uint8Array, chunkBytes = 1000): Promise<Evidence> {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return parseEvidence(streamOf(chunks));
}

for (const [name, evidence] of Object.entries(cases)) {
  test(`evidence ${name} reads back as it was written`, async () => {
    assert.deepEqual(await read(formatEvidence(evidence)), evidence);
  });
}

test('any name of a test survives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (name) => {
      const evidence = storedPair({ [`x${name}`]: 'passed' }, {});
      assert.deepEqual(await read(formatEvidence(evidence)), evidence);
    }),
  );
});

const text = Buffer.from(formatEvidence(rich)).toString();
for (const [why, bad] of [
  ['another version', text.replace('"schemaVersion":1', '"schemaVersion":2')],
  ['an unknown key', text.replace('{', '{"extra":1,')],
  ['a key twice', text.replace('"step":"screen"', '"step":"screen","step":"screen"')],
  ['an unknown status', text.replace('"status":"passed"', '"status":"grand"')],
  ['an unknown step', text.replace('"step":"screen"', '"step":"smoke"')],
  ['a digest that is none', text.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:1')],
  ['a line too few', text.split('\n').slice(0, -2).join('\n')],
  ['a line too many', `${text}{}\n`],
  ['a run of fewer tests than it says', text.replace('"observations":2', '"observations":1')],
  [
    'a test that is called like the run itself',
    text.replace('"id":"a › \\"b\\""', '"id":"(the run itself)"'),
  ],
  ['a rule that runs for ever', text.replace('"confirmRuns":6', '"confirmRuns":1000000')],
  ['no line', ''],
] as const) {
  test(`evidence with ${why} is refused`, async () => {
    assert.notEqual(bad, text, 'the mutation must change something');
    await assert.rejects(read(Buffer.from(bad)), { code: 'content-refused' });
  });
}

test('whoever handed in the bytes can let go of them, however the reading ends', async () => {
  let open = true;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('{"schemaVersion":2}\n');
      await Promise.resolve();
      yield Buffer.from('more\n');
    } finally {
      open = false;
    }
  }
  await assert.rejects(parseEvidence(source()), (error) => isFailure(error, 'content-refused'));
  assert.equal(open, false);
});
