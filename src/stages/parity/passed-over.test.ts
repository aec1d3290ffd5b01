import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SaidVersion } from '../../model/lifecycle.ts';
import type { PinFileName, RuntimePin } from '../../model/runtime-pin.ts';
import { notHandedOn, passedOver } from './passed-over.ts';

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

test('a range that what was taken lies within is not passed over, and one that it does not is', () => {
  const range = (text: string): RuntimePin => ({
    ...pin('pyproject.toml'),
    text,
    grammar: 'pep440',
    field: 'project.requires-python',
  });
  for (const version of ['3.14.1', '3.14']) {
    assert.deepEqual(files([range('>=3.10')], took('default', version)), []);
    assert.deepEqual(files([range('<3.14')], took('default', version)), ['pyproject.toml']);
  }
  const command = { ...pin('Procfile'), field: 'web' };
  assert.deepEqual(files([command], took('default', '3.14.1')), []);
  assert.deepEqual(files([command], took('default', '3.12.3')), ['Procfile']);
});

test('what project.toml sets is for the platform: not passed over, and told where it would change what was taken', () => {
  const setting = { ...pin('project.toml'), field: 'BP_CPYTHON_VERSION' };
  const told = (version: string): readonly string[] =>
    notHandedOn([setting], took('BP_CPYTHON_VERSION', version)).map(({ by }) => by.version ?? '');
  assert.deepEqual([told('3.12.3'), told('3.14.1')], [['3.12.3'], []]);
  assert.deepEqual(files([setting], took('default')), []);
  assert.deepEqual(notHandedOn([pin('.python-version')], took('default')), []);
  const both = [setting, pin('.python-version')];
  assert.deepEqual(files(both, took('default')), ['.python-version']);
  assert.deepEqual(files(both, took('.python-version')), []);
});
