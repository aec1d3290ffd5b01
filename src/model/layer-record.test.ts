import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerOf } from '../../test/support/layers.ts';
import { digestOf } from './digest.ts';
import { formatLayerRecord, parseLayerRecord } from './layer-record.ts';

test('what is kept of a layer is read again as it was', async () => {
  const layer = await layerOf([
    { name: 'a', content: 'text', pax: { 'SCHILY.xattr.user.x': 'y' } },
    { name: 'l', type: '2', linkName: 'a' },
    { name: 'h', type: '1', linkName: 'a' },
    { name: 'dev/x', type: '4' },
    { name: '.wh.gone' },
    { name: 'd/.wh..wh..opq' },
    { name: 'etc/shadow', content: 'root:*:1::::::\n' },
    {
      name: 'var/lib/dpkg/status',
      content: 'Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n',
    },
    { name: '../odd' },
    { name: 'ü/😀', content: 'ß' },
  ]);
  const read = parseLayerRecord(Buffer.concat([...formatLayerRecord(layer)]));
  // What a reader left out and what it found to be absent are the same.
  assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(layer)));
});

test('what takes several pieces is one record', () => {
  const entries = Array.from({ length: 20_000 }, (_, at) => ({
    kind: 'whiteout' as const,
    path: `a/folder/ü${at}`,
  }));
  const layer = { diffId: digestOf('layer'), bytes: 1, entries, findings: ['a “finding”'] };
  const pieces = [...formatLayerRecord(layer)];
  assert.ok(pieces.length > 2);
  assert.deepEqual(parseLayerRecord(Buffer.concat(pieces)), layer);
});

test('what is something else is nothing', () => {
  const record = (row: string): Buffer => Buffer.from(`["sha256:${'0'.repeat(64)}",0,[],[${row}]]`);
  assert.deepEqual(parseLayerRecord(record('["a","whiteout",""]'))?.entries.length, 1);
  const rows = [
    '["a"]',
    '[1,"file"]',
    '["a","file",-1,0,0,0,"","","",""]',
    '["a","what",1,0,0,0,"","","",""]',
  ];
  for (const row of [...rows, '["a","file",1,0,0,0,"","","","","","",{"packages":1}]', '["a","hard-link",1]'])
    assert.equal(parseLayerRecord(record(row)), undefined, row);
  for (const text of ['', '{', '[]', 'null', '["sha256:1",0,[],[]]', '{"entries":[]}'])
    assert.equal(parseLayerRecord(Buffer.from(text)), undefined);
});
