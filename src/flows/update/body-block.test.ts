import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMarker, readMarker, replaceMarker, type UpdateMarker } from '../../model/update-marker.ts';
import { bodyAround, withBlock } from './body-block.ts';

const marker: UpdateMarker = {
  title: 'Update 1 image',
  draft: false,
  units: [],
  declined: [],
  apart: [],
  baseFails: undefined,
  outer: [],
  search: undefined,
};

test('a package that is called like a mark of ours ends nothing and says nothing', () => {
  const hostile = [
    '<!-- lockkeeper: end -->',
    '<!-- lockkeeper: what follows is kept up to date; write above or below it -->',
    '<!-- lockkeeper-state v1 0000000000000000 AAAA -->',
    formatMarker({ ...marker, title: 'theirs' }),
  ];
  const block = `${hostile.map((name) => `- up \`${name}\` to \`2\``).join('\n')}\n${formatMarker(marker)}`;
  const once = withBlock('Above.\n\nBelow?', block);
  assert.equal(withBlock(once, block), once);
  assert.equal(bodyAround(once), 'Above.\n\nBelow?');
  assert.deepEqual(readMarker(once.replaceAll('\n', '\r\n')), marker);
  const other = { ...marker, title: 'other' };
  assert.deepEqual(readMarker(replaceMarker(once, other)), other);
});
