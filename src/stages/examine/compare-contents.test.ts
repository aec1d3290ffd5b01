import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { contentsOfLayers } from '../../../test/support/examined.ts';
import type { RawMember } from '../../../test/support/layers.ts';
import type { FileChange } from '../../model/change.ts';
import { compareContents } from './compare-contents.ts';

type Layers = readonly (readonly RawMember[])[];

async function compare(
  baseline: Layers,
  candidate: Layers,
  sharedUnread = 0,
): Promise<readonly FileChange[]> {
  const sides = [
    await contentsOfLayers(baseline, sharedUnread),
    await contentsOfLayers(candidate, sharedUnread),
  ] as const;
  return compareContents(...sides, []).files;
}

async function told(...sides: Parameters<typeof compare>): Promise<readonly string[]> {
  return (await compare(...sides)).map(
    ({ kind, path, aspects, overShared, noise }) =>
      `${kind} ${path} ${aspects.join('+')}${overShared ? ' over shared' : ''}${noise === undefined ? '' : ` noise ${noise}`}`,
  );
}

const folder = (name: string): RawMember => ({ name, type: '5', mode: 0o755 });

test('the same files in other layers do not differ', async () => {
  const [a, b, c] = [{ name: 'a', content: '1' }, { name: 'b', content: '2' }, { name: 'c' }];
  assert.deepEqual(
    await told(
      [[a, b]],
      [
        [b, c],
        [a, { name: '.wh.c' }],
      ],
    ),
    [],
  );
});

test('each way in which a file can differ is named', async () => {
  const before = [
    { name: 'content', content: '1' },
    { name: 'mode', mode: 0o644 },
    { name: 'owner', uid: 0 },
    { name: 'xattrs' },
    { name: 'target', type: '2', linkName: 'a' },
    { name: 'type' },
    { name: 'gone' },
  ];
  const after = [
    { name: 'content', content: '2' },
    { name: 'mode', mode: 0o4755 },
    { name: 'owner', uid: 5 },
    { name: 'xattrs', pax: { 'SCHILY.xattr.user.a': 'b' } },
    { name: 'target', type: '2', linkName: 'b' },
    { name: 'type', type: '6' },
    { name: 'new' },
  ];
  assert.deepEqual(await told([before], [after]), [
    'changed content content',
    'removed gone ',
    'changed mode mode',
    'added new ',
    'changed owner owner',
    'changed target target',
    'changed type type',
    'changed xattrs xattrs',
  ]);
});

test('a folder that nobody lists is as engines make it', async () => {
  assert.deepEqual(await told([[{ name: 'd/x' }]], [[folder('d'), { name: 'd/x' }]]), []);
  assert.deepEqual(await told([[{ name: 'd/x' }]], [[{ ...folder('d'), mode: 0o700 }, { name: 'd/x' }]]), [
    'changed d mode',
  ]);
});

test('a folder is told only where it stands alone', async () => {
  assert.deepEqual(await told([[]], [[folder('d'), { name: 'd/x' }, folder('e')]]), [
    'added d/x ',
    'added e ',
  ]);
});

test('over shared layers that nobody read, what one side alone writes may replace something', async () => {
  const shared = [{ name: 'never', content: 'read' }];
  assert.deepEqual(
    await told(
      [shared, [{ name: 'a', content: '1' }, { name: 'b' }]],
      [shared, [{ name: 'a', content: '2' }, { name: 'c' }]],
      1,
    ),
    ['changed a content', 'removed b  over shared', 'added c  over shared'],
  );
});

test('over shared layers, what one side takes away and the other leaves alone differs', async () => {
  const shared: readonly RawMember[] = [];
  assert.deepEqual(await told([shared, []], [shared, [{ name: '.wh.x' }]], 1), ['removed x  over shared']);
  assert.deepEqual(await told([shared, [{ name: '.wh.x' }]], [shared, [{ name: '.wh.x' }]], 1), []);
  assert.deepEqual(await told([shared, [{ name: 'x' }]], [shared, [{ name: '.wh.x' }]], 1), ['removed x ']);
});

test('a folder that hides what shared layers have in it differs from one that shows it', async () => {
  const shared: readonly RawMember[] = [];
  const [plain, opaque] = [[folder('d')], [folder('d'), { name: 'd/.wh..wh..opq' }]];
  assert.deepEqual(await told([shared, plain], [shared, opaque], 1), ['changed d below over shared']);
  assert.deepEqual(await told([shared, opaque], [shared, opaque], 1), []);
});

test('an owner is the package that lists the file, else the layer and its line of history', async () => {
  const list = { name: 'var/lib/dpkg/info/tool:amd64.list', content: '/.\n/usr\n/bin/tool\n' };
  const before = [list, { name: 'usr/bin/tool', content: '1' }, { name: 'app', content: '1' }];
  const after = [list, { name: 'usr/bin/tool', content: '2' }, { name: 'app', content: '2' }];
  const files = await compare([before], [[], after]);
  assert.deepEqual(
    files.map(({ path, owner }) => [path, owner.kind === 'package' ? owner.name : owner.line]),
    [
      ['app', 'step 1'],
      ['usr/bin/tool', 'tool'],
    ],
  );
});

test('what a layer took away belongs to the layer that did it', async () => {
  const [file] = await compare([[{ name: 'a' }]], [[{ name: 'a' }], [{ name: '.wh.a' }]]);
  assert.ok(file?.owner.kind === 'layer');
  assert.deepEqual([file.owner.side, file.owner.line], ['candidate', 'step 1']);
});

test('packages that came, went and moved are told, and a deleted database has none', async () => {
  const status = (text: string): RawMember => ({ name: 'var/lib/dpkg/status', content: text });
  const entry = (name: string, version: string): string =>
    `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n\n`;
  const before = [status(entry('a', '1') + entry('b', '1') + entry('c', '1'))];
  const after = [status(entry('a', '1') + entry('b', '2') + entry('d', '1'))];
  const sides = [await contentsOfLayers([before]), await contentsOfLayers([before, after])] as const;
  assert.deepEqual(
    compareContents(...sides, []).packages.map(({ name, from, to }) => [name, from, to]),
    [
      ['b', '1', '2'],
      ['c', '1', undefined],
      ['d', undefined, '1'],
    ],
  );
  const emptied = await contentsOfLayers([before, [{ name: 'var/lib/.wh.dpkg' }]]);
  assert.deepEqual(
    compareContents(sides[0], emptied, []).packages.map(({ kind }) => kind),
    ['removed', 'removed', 'removed'],
  );
});

const pyc = (time: number, body: string): Buffer => {
  const head = Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
  head.writeUInt32LE(time, 8);
  return Buffer.concat([head, Buffer.from(body)]);
};
const packed = (time: number, text: string): Buffer => {
  const bytes = gzipSync(text);
  bytes.writeUInt32LE(time, 4);
  return bytes;
};

test('known noise is told as what it is, and only where nothing else differs', async () => {
  const before = [
    { name: 'a/x.pyc', content: pyc(1, 'code') },
    { name: 'a/y.pyc', content: pyc(1, 'code') },
    { name: 'a/z.pyc', content: pyc(1, 'code') },
    { name: 'doc.gz', content: packed(1, 'text') },
    { name: 'etc/machine-id', content: '1' },
    { name: 'etc/shadow', content: 'root:*:19000:0:99999:7:::\nci:!:19000::::::\n' },
    { name: 'var/log/apt/term.log', content: '1' },
  ];
  const after = [
    { name: 'a/x.pyc', content: pyc(2, 'code') },
    { name: 'a/y.pyc', content: pyc(2, 'other code') },
    { name: 'a/z.pyc', content: pyc(2, 'code'), mode: 0o600 },
    { name: 'doc.gz', content: packed(2, 'text') },
    { name: 'etc/machine-id', content: '2' },
    { name: 'etc/shadow', content: 'root:*:19000:0:99999:7:::\nci:!:19001::::::\n' },
  ];
  assert.deepEqual(await told([before], [after]), [
    'changed a/x.pyc content noise python-bytecode',
    'changed a/y.pyc content',
    'changed a/z.pyc content+mode',
    'changed doc.gz content noise gzip-time',
    'changed etc/machine-id content noise machine-id',
    'changed etc/shadow content noise password-days',
    'removed var/log/apt/term.log  noise logs',
  ]);
});
