import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerOf, type RawMember } from '../../../../test/support/layers.ts';
import { FileTree, type TreeNode } from './file-tree.ts';

async function merged(...layers: readonly (readonly RawMember[])[]): Promise<readonly string[]> {
  const tree = new FileTree();
  for (const [at, members] of layers.entries()) tree.add(await layerOf(members), at);
  return [...listed(tree.root, '')].toSorted();
}

function* listed(place: TreeNode, path: string): Generator<string> {
  for (const [name, child] of place.children ?? []) {
    const below = path === '' ? name : `${path}/${name}`;
    if (child.node !== undefined) yield `${below} ${child.node.kind} ${child.layer}`;
    yield* listed(child, below);
  }
}

const folder = (name: string): RawMember => ({ name, type: '5', mode: 0o755 });

test('a later layer wins', async () => {
  assert.deepEqual(await merged([{ name: 'a', content: '1' }], [{ name: 'a', content: '2' }]), ['a file 1']);
});

test('within a layer the later member wins', async () => {
  assert.deepEqual(
    await merged([
      { name: 'a', content: '1' },
      { name: 'a', type: '2', linkName: 'b' },
    ]),
    ['a link 0'],
  );
});

test('a whiteout takes away a file, or a folder with all below', async () => {
  const base = [folder('d'), { name: 'd/x' }, { name: 'd/e/y' }, { name: 'f' }];
  assert.deepEqual(await merged(base, [{ name: '.wh.d' }, { name: '.wh.f' }]), []);
});

test('a whiteout is about lower layers, wherever it stands in the archive', async () => {
  const base = [{ name: 'd/old' }];
  const top = [folder('d'), { name: 'd/new' }, { name: '.wh.d' }];
  assert.deepEqual(await merged(base, top), ['d directory 1', 'd/new file 1']);
});

test('an opaque whiteout keeps the folder and takes away what lower layers have in it', async () => {
  const base = [folder('d'), { name: 'd/old' }];
  const top = [{ name: 'd/new' }, { name: 'd/.wh..wh..opq' }];
  assert.deepEqual(await merged(base, top), ['d directory 0', 'd/new file 1']);
});

test('an opaque root hides all', async () => {
  assert.deepEqual(await merged([{ name: 'a' }], [{ name: '.wh..wh..opq' }, { name: 'b' }]), ['b file 1']);
});

test('a whiteout of what is not there is none', async () => {
  assert.deepEqual(await merged([{ name: '.wh.x' }, { name: 'a' }]), ['a file 0']);
});

test('a file in the place of a folder takes away all that was in it', async () => {
  assert.deepEqual(await merged([folder('d'), { name: 'd/x' }], [{ name: 'd' }], [folder('d')]), [
    'd directory 2',
  ]);
});

test('a hard link is the file that it names, of this layer or a lower one', async () => {
  const tree = new FileTree();
  tree.add(await layerOf([{ name: 'a', content: 'text' }]), 0);
  tree.add(await layerOf([{ name: 'b', type: '1', linkName: 'a' }]), 1);
  assert.equal(tree.at('b')?.node?.sha256, tree.at('a')?.node?.sha256);
  assert.equal(tree.at('b')?.node?.size, 4);
});

test('a hard link to nothing is no file', async () => {
  const tree = new FileTree();
  tree.add(await layerOf([{ name: 'b', type: '1', linkName: 'missing' }]), 0);
  assert.deepEqual([tree.at('b')?.node?.kind, tree.at('b')?.node?.target], ['other', 'hard link to missing']);
});

test('links in the folders on the way are followed within the image, as engines do', async () => {
  const base = [folder('usr/lib'), { name: 'lib', type: '2', linkName: 'usr/lib' }];
  assert.deepEqual(await merged(base, [{ name: 'lib/x' }]), [
    'lib link 0',
    'usr/lib directory 0',
    'usr/lib/x file 1',
  ]);
  const out = [{ name: 'up', type: '2', linkName: '../../../../etc' }];
  assert.deepEqual(await merged(out, [{ name: 'up/x' }]), ['etc/x file 1', 'up link 0']);
});

test('links that lead to each other end', async () => {
  const loop = [
    { name: 'a', type: '2', linkName: 'b' },
    { name: 'b', type: '2', linkName: 'a' },
    { name: 'a/x', content: 'x' },
  ];
  assert.ok((await merged(loop)).length > 0);
});
