import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { assertGolden } from '../../../test/support/golden.ts';
import type { CalibratedUnit, Calibration, Forecast } from '../../model/calibration.ts';
import { calibrationText } from './calibration.ts';

const none = { passed: 0, failed: 0, errored: 0, skipped: 0, missing: 0 };
const forecastOf = (screen: number, held: number, caught: number): Forecast => ({
  screen,
  runs: 2 * screen + 0.37,
  alone: { held, rejected: 0.001 },
  withLedger: { held: 0, rejected: 0.001 },
  caught,
});
const unit: CalibratedUnit = {
  image: 'ci',
  suite: 'unit',
  platform: 'linux/amd64',
  reference: 'registry.example.org/team/ci:latest',
  digest: `sha256:${'ab'.repeat(32)}`,
  rounds: 9,
  runs: { whole: 19, broken: 1, engine: 0 },
  medianMs: 41_000,
  steady: 312,
  alike: 4,
  unsteady: [
    { ...none, test: 'net.spec › retries #2', passed: 16, failed: 3, contradicted: 3 },
    { ...none, test: 'gpu › finds one', passed: 17, skipped: 1, missing: 1, contradicted: 2 },
    { ...none, test: '\u001b[31m::error::red\u202e', passed: 18, errored: 1, contradicted: 1 },
  ],
  unseen: 0.146,
  draws: 2000,
  forecasts: [forecastOf(1, 0.042, 0.44), forecastOf(2, 0.075, 0.63), forecastOf(3, 0.121, 0.76)],
  proposal: { screen: 3, because: 'it catches 76.0 % of drops to half' },
};
const calibration: Calibration = {
  schemaVersion: 1,
  kind: 'calibration',
  madeBy: 'lockkeeper 0.1.0',
  createdAt: '2026-11-21T12:00:00.000Z',
  durationMs: 820_000,
  engine: 'docker 28.5.1 (runc 1.3.0)',
  ledger: '.lockkeeper',
  exit: 0,
  units: [unit],
  notices: [],
};
const { ledger: _ledger, ...forgetful } = calibration;
const plain = { colour: false, columns: 80 };

test('a calibration reads as its golden', () => {
  assertGolden('calibration/flaky.txt', calibrationText(calibration, 1, plain));
});

test('one without flaky tests, and one whose runs all broke, read as their golden', () => {
  const { proposal: _proposal, ...rest } = unit;
  const broken: CalibratedUnit = {
    ...rest,
    suite: 'slow',
    rounds: 0,
    runs: { whole: 0, broken: 3, engine: 1 },
    unsteady: [],
    forecasts: [],
    unseen: 1,
  };
  const units = [{ ...unit, unsteady: [], alike: 0 }, broken];
  const notices = ['slow on ci came to its end too seldom for two runs to be compared'];
  assertGolden('calibration/steady.txt', calibrationText({ ...forgetful, units, notices }, 3, plain));
});

test('with colour it reads the same', () => {
  const coloured = calibrationText(calibration, 1, { ...plain, colour: true });
  assert.notEqual(coloured, calibrationText(calibration, 1, plain));
  assert.equal(stripVTControlCharacters(coloured), calibrationText(calibration, 1, plain));
});

test('of very many tests that differ, the worst are shown, and their number is told', () => {
  const unsteady = Array.from({ length: 500 }, (_, index) => ({
    ...none,
    test: `t${index}`,
    passed: 1,
    failed: 1,
    contradicted: 1,
  }));
  const text = calibrationText({ ...calibration, units: [{ ...unit, unsteady }] }, 1, plain);
  assert.match(text, /500 differ from\nrun to run; the first 20:/);
  assert.ok(text.split('\n').length < 60);
});
