import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainIds } from './chain.ts';
import { digestOf } from './digest.ts';

test('the chain of a layer names it and all below it, as containerd names its snapshots', () => {
  const [base, top] = [digestOf('base'), digestOf('top')];
  assert.deepEqual(chainIds([base, top, base]), [
    base,
    digestOf(`${base} ${top}`),
    digestOf(`${digestOf(`${base} ${top}`)} ${base}`),
  ]);
  assert.deepEqual(chainIds([]), []);
});
