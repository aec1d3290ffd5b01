import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifecycleEnd, SaidVersion } from '../../../model/lifecycle.ts';
import { probeOutcome } from './outcome.ts';

const python = { id: 'heroku/python', version: '2.7.0' };

const said = (version: string | undefined): readonly SaidVersion[] => [
  {
    buildpack: python,
    runtime: 'python',
    version,
    asked: '3.14',
    origin: '.python-version',
    line: '',
    checksPatch: false,
  },
];

const failed = (id: string): LifecycleEnd => ({ kind: 'build-failed', buildpack: { id, version: '2.7.0' } });

test('a build that ended where it would download takes the repository, one that gave up before refuses it', () => {
  assert.equal(probeOutcome({ kind: 'done' }, []), 'takes');
  assert.equal(probeOutcome(failed('heroku/python'), said('3.14.0')), 'takes');
  assert.equal(probeOutcome(failed('heroku/python'), said(undefined)), 'refuses');
  assert.equal(probeOutcome(failed('heroku/python'), []), 'refuses');
  assert.equal(probeOutcome({ kind: 'no-group' }, []), 'refuses');
  assert.equal(probeOutcome({ kind: 'detect-failed' }, []), 'refuses');
});

test('what cannot be told is not guessed', () => {
  const ends: readonly LifecycleEnd[] = [
    failed('acme/own'),
    { kind: 'build-failed', buildpack: undefined },
    { kind: 'export-failed' },
    { kind: 'api-refused', side: 'platform' },
    { kind: 'failed', status: 1, phase: 'analyze' },
    { kind: 'stopped', why: 'the build was stopped after 300 s' },
  ];
  assert.deepEqual(new Set(ends.map((end) => probeOutcome(end, said('3.14.0')))), new Set(['unknown']));
});
