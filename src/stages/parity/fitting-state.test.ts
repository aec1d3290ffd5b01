import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../base/limits.ts';
import { digestOf } from '../../model/digest.ts';
import {
  formatWatchState,
  parseWatchState,
  type SeenPin,
  type SeenRepo,
  type WatchState,
} from '../../model/parity-watch.ts';
import { fittingState } from './fitting-state.ts';

const pin = (field: string): SeenPin => ({
  file: 'package.json',
  field,
  runtime: 'node',
  text: '22.4.1',
  harmed: ['a', 'b', 'c'].map((channel) => ({ channel, harms: false, builder: digestOf(channel) })),
});

const repo = (path: string, fields: readonly string[]): SeenRepo => ({
  path,
  seenOn: '2026-11-21',
  pins: fields.map(pin),
});

const look = (repos: readonly SeenRepo[]): WatchState => ({
  seenAt: '2026-11-21T03:00:00.000Z',
  channels: [],
  offers: [],
  repos,
});

test('a look at the largest fleet, asked by the builders themselves, is kept as a whole', () => {
  const fields = ['engines.node', 'volta.node', 'packageManager', 'devEngines.runtime', 'engines.npm'];
  const one = Buffer.byteLength(JSON.stringify(repo('group/repository-0000', fields)));
  assert.ok(limits.fleetReposMax * one < limits.watchStateBytesMax, `${one} bytes each`);
});

test('the largest repositories are left out of a look that is too large, and what is kept can be read', () => {
  const small = ['ä', 'b', 'c'].map((name) => repo(name, ['engines.node']));
  const large = repo('large', ['x'.repeat(2_000)]);
  const [first, ...others] = small;
  assert.ok(first);
  const state = look([first, large, ...others]);
  const max = Buffer.byteLength(formatWatchState(look(small)));
  const { text, left } = fittingState(state, max);
  assert.deepEqual([left, Buffer.byteLength(text)], [['large'], max]);
  assert.deepEqual(parseWatchState(Buffer.from(text))?.repos, small);
  assert.deepEqual(fittingState(state, max - 1).left, ['ä', 'large'], 'a letter of two bytes');
  const whole = Buffer.byteLength(formatWatchState(state));
  assert.deepEqual(fittingState(state, whole), { text: formatWatchState(state), left: [] });
});
