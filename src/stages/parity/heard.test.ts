import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { SaidVersion } from '../../model/lifecycle.ts';
import type { ParityAnswer } from '../../model/parity-answer.ts';
import type { ParityReport } from '../../model/parity-report.ts';
import type { PinFileName, RuntimePin } from '../../model/runtime-pin.ts';
import { withHeard, type Refusal } from './heard.ts';

const builder = digestOf('builder');
const unknown: ParityAnswer = { kind: 'unknown', why: 'no data', evidence: undefined };

const pin = (name: PinFileName, text: string): RuntimePin => ({
  runtime: 'python',
  text,
  grammar: 'exact',
  place: { file: name, name, line: 1, column: 1, bytes: { start: 0, end: 4 } },
  field: name,
});

const report = (...pins: readonly RuntimePin[]): ParityReport => ({
  channels: [],
  failed: [],
  disagreements: [],
  unread: [],
  pins: pins.map((each) => ({
    pin: each,
    answers: ['default', 'latest'].map((channel) => ({ channel, answer: unknown })),
    remedy: undefined,
  })),
});

const said = (more: Partial<SaidVersion>): SaidVersion => ({
  buildpack: { id: 'heroku/python', version: '0.8.0' },
  runtime: 'python',
  version: undefined,
  asked: undefined,
  origin: undefined,
  line: 'the line',
  checksPatch: true,
  ...more,
});

const refusal: Refusal = {
  buildpack: { id: 'heroku/python', version: '0.8.0' },
  runtime: 'python',
  why: 'it failed',
};

const answers = (
  of: ParityReport,
  version: SaidVersion | undefined,
  refused?: Refusal,
): readonly ParityAnswer[] =>
  withHeard(of, [
    { channel: 'default', builder, refusal: refused, versions: version === undefined ? [] : [version] },
  ]).pins.map((each) => {
    assert.equal(each.answers[1]?.answer, unknown, 'nobody asked the other channel');
    return each.answers[0]?.answer ?? unknown;
  });

test('what a buildpack settled on by a pin supports it, and what it refused does not', () => {
  const asked = { origin: '.python-version', asked: '3.13' };
  const of = report(pin('.python-version', '3.13'), pin('runtime.txt', '3.12'));
  const [taken, beside] = answers(of, said({ ...asked, version: '3.13.2' }));
  assert.deepEqual(taken, {
    kind: 'supported',
    resolvesTo: '3.13.2',
    note: undefined,
    evidence: {
      level: 'L3',
      builder,
      buildpack: { id: 'heroku/python', version: '0.8.0' },
      source: 'the line',
    },
  });
  assert.equal(beside, unknown);
  const [open] = answers(of, said({ ...asked, version: '3.13.2', checksPatch: false }));
  assert.match(open?.kind === 'supported' ? (open.note ?? '') : '', /only the download shows/);
  const [refused] = answers(of, said(asked), refusal);
  assert.deepEqual(
    [refused?.kind, refused?.kind === 'unsupported' && refused.why],
    ['unsupported', 'it failed'],
  );
  assert.deepEqual(answers(of, said(asked)), [unknown, unknown], 'something else failed');
});

test('a pin that was passed over is ignored, with what was taken instead', () => {
  const [over] = answers(
    report(pin('.python-version', '3.14')),
    said({ origin: 'default', version: '3.12.3' }),
  );
  assert.deepEqual(over?.kind === 'ignored' && [over.why, over.instead, over.harms, over.fits], [
    'heroku/python 0.8.0 went by default',
    '3.12.3',
    true,
    false,
  ]);
});

test('a buildpack that says nothing of a runtime leaves the answer as it was', () => {
  assert.deepEqual(
    answers(report(pin('.python-version', '3.14')), said({ runtime: 'node', version: '22' })),
    [unknown],
  );
});

test('where a buildpack gave up without a word on what it read, none of its pins gets a build', () => {
  const below = pin('.python-version', '3.14');
  const of = report(
    pin('.python-version', '3.14'),
    { ...below, place: { ...below.place, file: 'tools/.python-version' } },
    { ...pin('.nvmrc', '22'), runtime: 'node' },
  );
  assert.deepEqual(
    answers(of, undefined, refusal).map(({ kind }) => kind),
    ['unsupported', 'unknown', 'unknown'],
  );
});
