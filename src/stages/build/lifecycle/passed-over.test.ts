import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SaidVersion } from '../../../model/lifecycle.ts';
import type { PinFileName, RuntimePin } from '../../../model/runtime-pin.ts';
import { passedOver } from './passed-over.ts';

const pin = (name: PinFileName, file: string = name): RuntimePin => ({
  runtime: 'python',
  text: '3.14',
  grammar: 'exact',
  place: { file, name, line: 1, column: 1, bytes: { start: 0, end: 4 } },
  field: name,
});

const took = (origin: string | undefined, version: string | undefined = '3.12.3'): readonly SaidVersion[] => [
  {
    buildpack: { id: 'heroku/python', version: '0.8.0' },
    runtime: 'python',
    version,
    asked: undefined,
    origin,
    line: '',
    checksPatch: false,
  },
];

const files = (pins: readonly RuntimePin[], versions: readonly SaidVersion[]): readonly string[] =>
  passedOver(pins, versions).map((each) => each.pin.place.file);

test('a pin is passed over where the buildpack went by something else, even if that is as good by chance', () => {
  assert.deepEqual(files([pin('.python-version')], took('default')), ['.python-version']);
  assert.deepEqual(files([pin('.python-version')], took('BP_CPYTHON_VERSION')), ['.python-version']);
});

test('a pin that was gone by, one beside it, one below, and one of which nobody speaks are not', () => {
  const both = [pin('.python-version'), pin('runtime.txt')];
  assert.deepEqual(files(both, took('runtime.txt')), []);
  assert.deepEqual(files([pin('.python-version', 'tools/.python-version')], took('default')), []);
  assert.deepEqual(files(both, took(undefined)), []);
  assert.deepEqual(files(both, []), []);
});
