import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryExit } from './try-exit.ts';

test('a gate that passes does not hide a pin that is passed over, and the reverse', () => {
  assert.deepEqual(
    (['takes', 'ignores', 'refuses', 'unknown'] as const).map((outcome) =>
      ([undefined, 0, 3, 4, 5] as const).map((judged) => tryExit(outcome, judged)),
    ),
    [
      [0, 0, 3, 4, 5],
      [3, 3, 3, 3, 3],
      [3, 3, 3, 3, 3],
      [4, 4, 3, 4, 5],
    ],
  );
});
