import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { assertGolden } from '../../../test/support/golden.ts';
import { hostileText } from '../../../test/support/sample-hostile.ts';
import { digestNamed } from '../../../test/support/sample-mentions.ts';
import { bisectionSchema, type BisectionDocument } from '../../model/bisection-document.ts';
import { bisectionText } from './bisection.ts';
import { watchProgress } from './progress.ts';

const look = { colour: false, columns: 100 };
const pin = (name: string, digest: string): string => `docker.io/library/${name}@${digestNamed(digest)}`;
const [python, node, debian, alpine] = [
  pin('python:3.13', 'p'),
  pin('node:24', 'n'),
  pin('debian:13', 'd'),
  pin('alpine:3.22', 'a'),
];

const sample: BisectionDocument = {
  schemaVersion: 1,
  kind: 'bisection',
  madeBy: 'lockkeeper 0.1.0',
  createdAt: '2026-11-21T02:00:00.000Z',
  key: digestNamed('key'),
  subject: { kind: 'pins', from: '1'.repeat(40), to: '2'.repeat(40), folder: '' },
  rule: { command: 'make test', repeat: 1, timeoutMs: 60_000 },
  end: { kind: 'complete' },
  moves: [
    { name: python, from: pin('python:3.11', 'q'), to: python, places: [{ file: 'ci/Dockerfile', line: 3 }] },
    ...[node, debian, alpine].map((name) => ({
      name,
      from: name.replace(/@.*/, `@${digestNamed('old')}`),
      to: name,
      places: [
        { file: '.gitlab-ci.yml', line: 7 },
        { file: 'compose.yml', line: 12 },
      ],
    })),
  ],
  apart: [],
  culprits: [
    { kind: 'proven', moves: [python], leftOut: [python], badWith: [python, alpine], goodWithout: [alpine] },
    {
      kind: 'proven',
      moves: [node, debian],
      leftOut: [debian],
      badWith: [node, debian],
      goodWithout: [node],
    },
  ],
  good: [node, alpine],
  undecided: [],
  mended: [],
  gates: [
    { number: 1, moved: [python], answer: 'bad', why: 'exit status 1', durationMs: 1_000, runs: [] },
    { number: 2, moved: [], answer: 'good', why: 'exit status 0', durationMs: 1_000, runs: [] },
  ],
  notices: [],
  exit: 3,
};

test('what was found, for people', () => {
  bisectionSchema.parse(sample);
  assertGolden('bisection/culprits.txt', bisectionText(sample, look));
});

test('what is not known, for people', () => {
  const text = bisectionText(
    {
      ...sample,
      end: { kind: 'budget' },
      culprits: [
        {
          kind: 'in company',
          moves: [node],
          leftOut: [node],
          badWith: [node, alpine],
          goodWithout: [alpine],
        },
      ],
      good: [alpine],
      undecided: [
        { move: python, why: 'unsure' },
        { move: debian, why: 'unconfirmed' },
      ],
      mended: [{ bad: [alpine], good: [alpine, node] }],
      apart: [{ image: debian, place: { file: 'a/Makefile', line: 2 }, why: 'written anew' }],
      notices: ['the two commits have no history in common here; their pins are compared all the same'],
      exit: 4,
    },
    look,
  );
  assertGolden('bisection/unfinished.txt', text);
});

test('each end has a headline of its own', () => {
  const headline = (parts: Partial<BisectionDocument>): string =>
    bisectionText({ ...sample, culprits: [], ...parts }, look).split('\n')[0] ?? '';
  assert.deepEqual(
    [
      headline({}),
      headline({ undecided: [{ move: python, why: 'unsure' }] }),
      headline({ end: { kind: 'base', answer: 'bad' } }),
      headline({ end: { kind: 'base', answer: 'unsure' } }),
      headline({ end: { kind: 'indecisive' } }),
      headline({ end: { kind: 'open' } }),
      headline({ moves: [] }),
    ],
    [
      'No culprit: all 4 moves are good together, after 2 gates.',
      'No culprit is proven among 4 moves, after 2 gates.',
      'The base is bad itself: no move explains that.',
      'The base is not decided itself: no move explains that.',
      'Gates cannot decide, whatever moves; stopped after 2 gates.',
      'Not finished after 2 gates: 0 culprits so far among 4 moves.',
      'Nothing moved.',
    ],
  );
});

test('foreign text does nothing to a terminal', () => {
  const moves = sample.moves.map((move) => ({ ...move, places: [{ file: hostileText, line: 1 }] }));
  const name = hostileText;
  const text = bisectionText(
    {
      ...sample,
      moves: [...moves, { name, from: hostileText }],
      undecided: [{ move: name, why: 'unsure' }],
      notices: [hostileText],
    },
    look,
  );
  assert.equal(text, stripVTControlCharacters(text));
  assert.doesNotMatch(text, /[\u202e\u0007\r]/);
});

test('each gate is a line; on a terminal a picture of the halving stands above it', () => {
  const told = (isTerminal: boolean): string => {
    let text = '';
    const stderr = {
      write: (more: string): void => void (text += more),
      isTerminal,
      columns: 40,
      colour: false,
    };
    const { signal } = new AbortController();
    const progress = watchProgress({ clock: new FakeClock(), stderr, verbose: true, quiet: false, signal });
    const moves = Array.from({ length: 64 }, (_, index) => `m${index}`);
    const gate = { kind: 'gate-answered', moves, why: 'exit status 1', durationMs: 12_000 } as const;
    progress.observe({ kind: 'gate-started', number: 1, moved: 32, of: 64 });
    progress.observe({ kind: 'command-output', line: 'compiling' });
    progress.observe({ ...gate, number: 1, moved: moves.slice(0, 32), answer: 'bad' });
    progress.observe({ ...gate, number: 2, moved: moves.slice(0, 2), answer: 'good' });
    return stripVTControlCharacters(text);
  };
  const plain = told(false);
  assert.match(plain, /│ compiling\n/);
  assert.match(plain, /gate 1: 32 of 64 moved: bad in 12 s; exit status 1\n/);
  assert.match(plain, /gate 2: 2 of 64 moved \(m0, m1\): good in 12 s; exit status 1\n/);
  assert.doesNotMatch(plain, /▐/);
  const live = told(true);
  assert.match(live, /▐█{9}·{9}▌\n/);
  assert.match(live, /▐▒·{17}▌\n/);
});
