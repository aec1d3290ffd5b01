import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pushLayers, type LayeredImage } from '../../test/support/layered-image.ts';
import type { RawMember } from '../../test/support/layers.ts';
import { MemoryLayerCache } from '../adapters/layer-cache/memory.ts';
import { MemoryRepository } from '../adapters/registry/memory.ts';
import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { Change } from '../model/change.ts';
import { changeRecordVersion } from '../model/change-record.ts';
import type { LayerEntry } from '../model/layer.ts';
import { digestOf } from '../model/digest.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { imageContents, openImage } from './image-contents.ts';
import { examineImages, type Examination, type Reach } from './examine-images.ts';

interface Ground {
  readonly repository: MemoryRepository;
  readonly cache: LayerCache;
  /** Digests of the blobs that were asked for since the last look, without configs. */
  readonly fetched: () => number;
  readonly examine: (baseline: LayeredImage, candidate: LayeredImage, reach?: Reach) => Promise<Examination>;
}

function ground(cache: LayerCache = new MemoryLayerCache()): Ground {
  const repository = new MemoryRepository('memory/test');
  let count = 0;
  const blob = repository.blob.bind(repository);
  repository.blob = (descriptor) => {
    if (descriptor.mediaType !== mediaTypes.ociConfig) count += 1;
    return blob(descriptor);
  };
  return {
    repository,
    cache,
    fetched: () => {
      const seen = count;
      count = 0;
      return seen;
    },
    examine: async (before, after, reach = 'layers') => {
      const places = [await pushLayers(repository, before), await pushLayers(repository, after)] as const;
      const baseline = await openImage({ repository, manifest: places[0] });
      const candidate = await openImage({ repository, manifest: places[1] });
      return examineImages({ baseline, candidate, reach, noise: [] }, cache, undefined);
    },
  };
}

const base: readonly RawMember[] = [{ name: 'etc/hosts', content: 'localhost' }];
const file = (name: string, content: string): RawMember => ({ name, content });
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const paths = ({ contents }: Change): readonly string[] => contents?.files.map(({ path }) => path) ?? [];

test('one image is identical to itself, and no layer is fetched', async () => {
  const { examine, fetched } = ground();
  assert.equal((await examine({ layers: [base] }, { layers: [base] })).change.class, 'identical');
  assert.equal(fetched(), 0);
});

test('other dates over equal layers are metadata, and no layer is fetched', async () => {
  const { examine, fetched } = ground();
  const { change } = await examine({ layers: [base] }, { layers: [base], created: '2027-01-01T00:00:00Z' });
  assert.deepEqual([change.class, fetched()], ['metadata only', 0]);
});

test('of two images that share all but one layer, only that layer is fetched', async () => {
  const { examine, fetched } = ground();
  const { change } = await examine(
    { layers: [base, base, [file('app', '1')]] },
    { layers: [base, base, [file('app', '2')]] },
  );
  assert.deepEqual([change.class, paths(change), fetched()], ['files changed', ['app'], 2]);
  assert.equal(change.contents?.sharedUnread, 2);
});

test('a second question fetches no layer', async () => {
  const { examine, fetched } = ground();
  const images = [{ layers: [[file('app', '1')]] }, { layers: [[file('app', '2')]] }] as const;
  const first = await examine(...images);
  assert.equal(fetched(), 2);
  // What is absent and what is undefined are the same.
  assert.deepEqual(json((await examine(...images)).change), json(first.change));
  assert.equal(fetched(), 0);
});

test('the same question again is answered without what is kept of layers, and another one is not', async () => {
  const cache = new MemoryLayerCache();
  const { repository, examine, fetched } = ground(cache);
  const images = [{ layers: [[file('app', '1')]] }, { layers: [[file('app', '2')]] }] as const;
  const [baseline, candidate] = await Promise.all(
    images.map(async (each) => openImage({ repository, manifest: await pushLayers(repository, each) })),
  );
  assert.ok(baseline !== undefined && candidate !== undefined);
  await examine(...images);
  const get = cache.get.bind(cache);
  cache.get = (name) => (name.startsWith('change-') ? get(name) : Promise.resolve(undefined));
  fetched();
  await examine(...images);
  assert.equal(fetched(), 0);
  await examine(images[1], images[0]);
  assert.equal(fetched(), 2);
  await examine(...images, 'proof');
  assert.equal(fetched(), 2);
  const rule = { name: 'app', paths: ['app'], covers: { kind: 'file' }, because: 'A test.' } as const;
  const order = { baseline, candidate, reach: 'layers', noise: [rule] } as const;
  const { change } = await examineImages(order, cache, undefined);
  assert.deepEqual([fetched(), change.class], [2, 'rebuilt, same content']);
});

test('a comparison that says otherwise than before is kept under another number', async () => {
  const { examine } = ground();
  const status = (version: string): RawMember =>
    file(
      'var/lib/dpkg/status',
      `Package: a\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\nInstalled-Size: 7\n`,
    );
  const { change } = await examine(
    {
      layers: [base, [status('1'), file('gone', '1'), file('usr/a', '1'), file('var/log/x', '1')]],
      settings: { User: 'a' },
    },
    {
      layers: [
        base,
        [
          status('2'),
          file('var/lib/dpkg/info/a.list', '/usr/a\n'),
          file('usr/a', '2'),
          file('var/log/x', '2'),
          { name: 'l', type: '2', linkName: '../../x' },
          { name: 'etc/.wh.hosts' },
        ],
      ],
      settings: { User: 'b' },
    },
  );
  // Where this fails, count `changeRecordVersion` up and put both down anew: what is kept must never say less than we do.
  assert.deepEqual(
    [changeRecordVersion, digestOf(JSON.stringify(change))],
    [1, 'sha256:26f27869d15e88e7d1e60ed76eb71e59b63c429b8229e38e969fb52ee49c4162'],
  );
});

test('a layer on both sides is fetched once', async () => {
  const { examine, fetched } = ground();
  await examine({ layers: [[file('a', '1')], base] }, { layers: [[file('a', '2')], base] });
  assert.equal(fetched(), 3);
});

test('what hides above a difference is seen', async () => {
  const { examine } = ground();
  const top = [file('a', 'same')];
  const { change } = await examine({ layers: [[file('a', '1')], top] }, { layers: [[file('a', '2')], top] });
  assert.deepEqual([change.class, paths(change)], ['rebuilt, same content', []]);
});

test('shared layers are read where packages cannot be compared without them', async () => {
  const { examine, fetched } = ground();
  const entry = (name: string): string =>
    `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n`;
  const status = (...names: readonly string[]): RawMember =>
    file('var/lib/dpkg/status', names.map(entry).join(''));
  const lower = [status('a', 'b')];
  const { change } = await examine(
    { layers: [lower, [file('app', '1')]] },
    { layers: [lower, [status('a', 'b', 'c')]] },
  );
  assert.deepEqual(
    change.contents?.packages.map(({ kind, name }) => `${kind} ${name}`),
    ['added c'],
  );
  assert.deepEqual([fetched(), change.contents.sharedUnread], [3, 0]);
});

test('for a proof, shared layers are read wherever one side alone writes something', async () => {
  const images = [
    { layers: [[file('a', '1')], [file('b', '1')]] },
    { layers: [[file('a', '1')], [file('b', '1'), file('a', '1')]] },
  ] as const;
  const quick = ground();
  const { change } = await quick.examine(...images);
  assert.deepEqual(
    change.contents?.files.map(({ path, overShared }) => [path, overShared]),
    [['a', true]],
  );
  assert.equal((await ground().examine(...images, 'proof')).change.class, 'rebuilt, same content');
});

test('a question about settings fetches no layer', async () => {
  const { examine, fetched } = ground();
  const { change } = await examine(
    { layers: [[file('a', '1')]], settings: { User: 'a' } },
    { layers: [[file('a', '2')]], settings: { User: 'b' } },
    'config',
  );
  assert.deepEqual([change.class, fetched()], ['config changed', 0]);
});

test('a record that is of no use is read again, and a cache that breaks is told and stops nobody', async () => {
  const junk = ground();
  const put = junk.cache.put.bind(junk.cache);
  junk.cache.put = (name) => put(name, [Buffer.from('junk')]);
  const images = [{ layers: [[file('app', '1')]] }, { layers: [[file('app', '2')]] }] as const;
  await junk.examine(...images);
  junk.cache.put = put;
  assert.deepEqual(paths((await junk.examine(...images)).change), ['app']);
  junk.fetched();
  await junk.examine(...images);
  assert.equal(junk.fetched(), 0);
});

test('a layer that is not the one that the config names is refused, read or kept', async () => {
  const { examine } = ground();
  const right = { layers: [[file('a', '1')]] };
  await examine(right, { layers: [[file('a', '2')]] });
  const lie = { ...right, diffIds: [`sha256:${'0'.repeat(64)}`] };
  await assert.rejects(examine({ layers: [base] }, lie), { code: 'content-mismatch' });
  await assert.rejects(ground().examine({ layers: [base] }, lie), { code: 'content-mismatch' });
});

test('an image whose config speaks of more layers than there are is refused', async () => {
  const lie = { layers: [base], diffIds: [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`] };
  await assert.rejects(ground().examine({ layers: [base] }, lie), { code: 'content-mismatch' });
});

test('a layer that lies elsewhere by its licence is told, and nothing is proven without it', async () => {
  const { repository, examine } = ground();
  const hasBlob = repository.hasBlob.bind(repository);
  repository.hasBlob = () => Promise.resolve(false);
  const foreign = { layers: [[file('a', '1')]], layerType: mediaTypes.dockerForeignLayerGzip };
  const { change } = await examine({ layers: [base] }, foreign);
  repository.hasBlob = hasBlob;
  assert.equal(change.contents?.unread.length, 1);
  assert.match(change.contents.findings.join(), /lies elsewhere by its licence/);
  assert.deepEqual((await examine({ layers: [base] }, foreign)).change.contents?.unread, []);
});

for (const [where, on] of [
  ['github', 'https://github.com/team/ci'],
  ['gitlab', 'https://gitlab.example.org/team/ci.git'],
] as const) {
  test(`two commits of one repository on ${where} have a page between them`, async () => {
    const { examine } = ground();
    const image = (revision: string): LayeredImage => ({
      layers: [[file('a', revision)]],
      settings: {
        Labels: {
          'org.opencontainers.image.source': on,
          'org.opencontainers.image.revision': revision.repeat(40),
        },
      },
    });
    const { change } = await examine(image('a'), image('b'));
    assert.match(
      change.source?.link ?? '',
      /^https:\/\/[a-z.]+\/team\/ci(?:\/-)?\/compare\/a{40}\.\.\.b{40}$/,
    );
  });
}

test('what an image says of its source is no link unless it can be nothing else', async () => {
  for (const source of [
    'javascript:alert(1)//github.com/a/b',
    'https://github.com/a/b?x=y',
    'https://user:pw@github.com/a/b',
    'http://github.com/a/b',
    'https://evil.example/a/b',
    'https://github.com/a/b"><script>',
  ]) {
    const image = (revision: string): LayeredImage => ({
      layers: [base],
      annotations: {
        'org.opencontainers.image.source': source,
        'org.opencontainers.image.revision': revision,
      },
    });
    const { change } = await ground().examine(image('a'.repeat(40)), image('b'.repeat(40)));
    assert.deepEqual([change.source?.link, change.source?.to], [undefined, 'b'.repeat(40)]);
  }
});

test('another base is told by its annotation', async () => {
  const image = (digest: string, content: string): LayeredImage => ({
    layers: [[file('a', content)]],
    annotations: {
      'org.opencontainers.image.base.name': 'debian:12',
      'org.opencontainers.image.base.digest': digest,
    },
  });
  const { change } = await ground().examine(image('sha256:1', '1'), image('sha256:2', '2'));
  assert.deepEqual(
    [change.class, change.source?.base],
    ['base moved', { from: 'debian:12@sha256:1', to: 'debian:12@sha256:2' }],
  );
});

test('other dates in what pip compiled are the same content', async () => {
  const pyc = (time: number): Buffer =>
    Buffer.concat([
      Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, time, 0, 0, 0, 9, 0, 0, 0]),
      Buffer.from('code'),
    ]);
  const { change } = await ground().examine(
    { layers: [[{ name: 'a.pyc', content: pyc(1) }]] },
    { layers: [[{ name: 'a.pyc', content: pyc(2) }]] },
  );
  assert.equal(change.class, 'rebuilt, same content');
});

for (const [what, path, count] of [
  ['more files than can be held', 'a', Math.ceil(limits.imageEntriesMax / 2) + 1],
  ['longer names than can be held', 'a'.repeat(limits.imageNamesCharsMax / 2 + 1), 1],
] as const) {
  test(`an image of two layers that have ${what} together is refused`, async () => {
    const repository = new MemoryRepository('memory/test');
    const manifest = await pushLayers(repository, { layers: [[file('app', '1')], [file('app', '2')]] });
    const entries: readonly LayerEntry[] = Array.from({ length: count }, () => ({ kind: 'whiteout', path }));
    const contents = { diffId: digestOf('layer'), bytes: 0, entries, findings: [] };
    const reader = { read: () => Promise.resolve(contents) };
    await assert.rejects(imageContents(await openImage({ repository, manifest }), reader), (error) =>
      isFailure(error, 'content-refused'),
    );
  });
}
