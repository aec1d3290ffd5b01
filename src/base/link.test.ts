import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPage } from './link.ts';

for (const [header, expected] of [
  ['</v2/a/tags/list?last=x&n=1>; rel="next"', '/v2/a/tags/list?last=x&n=1'],
  ['</a>; rel=next', '/a'],
  ['</a>;rel="prev", </b>;rel="next"', '/b'],
  ['</a>; title="x"; REL="next"', '/a'],
  ['</a>; rel="prev"', undefined],
  ['', undefined],
  [undefined, undefined],
  ['<'.repeat(50_000), undefined],
  ['</a>; rel="nextish"', undefined],
] as const) {
  test(`the next page of ${JSON.stringify(header)?.slice(0, 50)} is ${expected}`, () => {
    assert.equal(nextPage(header), expected);
  });
}
