import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { ask, codeOf } from '../../test/support/http-words.ts';
import { failureOf } from '../../test/support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleImage,
  sampleIndex,
  storeImage,
} from '../../test/support/sample-images.ts';
import { serving, type Served } from '../../test/support/served-registry.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import { digestHex } from '../model/digest.ts';
import { descriptorOf } from '../model/manifest.ts';
import { parseImageSource } from '../model/image-source.ts';
import type { ServedRequest } from '../model/served-request.ts';
import { copyImage } from '../ports/copy.ts';
import type { Repository } from '../ports/repository.ts';
import { serving as toolsOf } from '../wire/serving.ts';
import { verifyBundle } from './bundle-verify.ts';
import { readBundle } from './open-bundle.ts';
import { serveRegistry, type Offer } from './serve-registry.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-serve-'));
after(() => rm(root, { recursive: true, force: true }));
const tools = await toolsOf({}, new AbortController().signal);
const base = freshBlob(200_000);
const baseImage = sampleImage([base]);
const other = freshBlob(5000);

interface Offered {
  readonly host: string;
  readonly received: () => number;
  readonly open: (repository: string) => Repository;
}

async function offering(
  offer: Offer,
  { registries }: Served,
  work: (offered: Offered) => Promise<void>,
): Promise<void> {
  const requests: ServedRequest[] = [];
  const order = { offer, listen: '127.0.0.1', port: 0, isExposed: false };
  await serveRegistry(order, tools, {
    observe: (served) => {
      assert.equal(served.fault, undefined);
      requests.push(served);
    },
    work: ({ host }) =>
      work({
        host,
        received: () => requests.reduce((sum, { received }) => sum + received, 0),
        open: (repository) => registries.open(host, repository),
      }),
  });
}

/** A registry that holds the base, and its name there. */
function withBase(work: (served: Served, reference: string) => Promise<void>): Promise<void> {
  return serving(async (served) => {
    await storeImage(served.registries.open(served.host, 'team/base'), baseImage, '1');
    await work(served, `${served.host}/team/base`);
  });
}

test('a push into a bundle sends what the base does not have, and serving it gives back all', () =>
  withBase(async (served, reference) => {
    const bundle = path.join(root, 'captured');
    const image = sampleImage([base, other]);
    const capture = { kind: 'capture', bundle, thinAgainst: [parseImageSource(`${reference}:1`)] } as const;
    await offering(capture, served, async ({ host, open, received }) => {
      const to = open('team/ci');
      assert.equal(await to.hasBlob(base.descriptor.digest), true);
      await storeImage(to, image, 'v1');
      const sent = other.bytes.length + image.config.bytes.length + image.manifest.bytes.length;
      assert.equal(received(), sent, 'no byte of the base');
      assert.deepEqual(await bytesOf(to.blob(base.descriptor)), base.bytes, 'whoever asks for it gets it');
      assert.deepEqual(await to.tags(), ['v1']);
      const uploads = `/v2/team/ci/blobs/uploads/?digest=${base.descriptor.digest}`;
      assert.equal((await ask(host, `POST ${uploads}`, { body: base.bytes })).status, 201);
    });
    const layout = await diskLayouts.open(bundle);
    assert.equal(await layout.hasBlob(base.descriptor.digest), false, 'not even where it was sent');
    const { members, leftOut } = await readBundle(layout);
    assert.deepEqual(leftOut, [
      {
        ...base.descriptor,
        sources: [{ kind: 'registry', reference: `${reference}@${baseImage.manifest.digest}` }],
      },
    ]);
    const { digest, mediaType } = image.manifest;
    assert.deepEqual(
      members.map(({ origin, ...member }) => [member, origin.kind === 'ready' && origin.reference]),
      [
        [
          { image: 'ci', digest, mediaType, platforms: [{ platform: 'linux/amd64', manifest: digest }] },
          'docker.io/team/ci:v1',
        ],
      ],
    );
    await offering({ kind: 'serve', bundle, from: [] }, served, async ({ host, open }) => {
      for (const [name, tag] of [
        ['team/ci', 'v1'],
        ['docker.io/team/ci', 'v1'],
        ['ci', 'latest'],
      ] as const) {
        const target = served.registries.open(served.host, `copies/${name}`);
        await copyImage(open(name), target, digest);
        assert.equal((await open(name).resolve(tag))?.digest, digest, name);
        assert.deepEqual(await bytesOf(target.blob(base.descriptor)), base.bytes);
      }
      for (const words of ['POST /v2/team/ci/blobs/uploads/', 'DELETE /v2/team/ci/manifests/v1']) {
        const refused = await ask(host, words);
        assert.deepEqual([refused.status, codeOf(refused)], [405, 'UNSUPPORTED']);
      }
    });
  }));

test('a layer that the base’s registry has lost, or that it changed, is told as missing and never served whole', () =>
  withBase(async (served, reference) => {
    const bundle = path.join(root, 'lost');
    const image = sampleImage([base, other]);
    const thinAgainst = [parseImageSource(`${reference}:1`)];
    await offering({ kind: 'capture', bundle, thinAgainst }, served, ({ open }) =>
      storeImage(open('ci'), image, 'v1'),
    );
    const { digest } = base.descriptor;
    const file = path.join(served.folder, 'blobs/sha256', digestHex(digest));
    await offering({ kind: 'serve', bundle, from: [] }, served, async ({ host }) => {
      await writeFile(file, freshBlob(base.bytes.length).bytes);
      const changed = await ask(host, `GET /v2/ci/blobs/${digest}`);
      assert.deepEqual([changed.status, codeOf(changed)], [404, 'BLOB_UNKNOWN']);
      await served.registries.open(served.host, 'team/base').deleteBlob(digest);
      const head = await ask(host, `HEAD /v2/ci/blobs/${digest}`);
      assert.equal(head.status, 200, 'nobody looks before somebody asks for the bytes');
      const lost = await ask(host, `GET /v2/ci/blobs/${digest}`);
      assert.deepEqual([lost.status, codeOf(lost)], [404, 'BLOB_UNKNOWN']);
    });
    const cache = await diskLayouts.openOrCreate(path.join(root, 'cache'));
    await storeImage(cache, baseImage, 'base');
    await offering({ kind: 'serve', bundle, from: [cache.path] }, served, async ({ open }) => {
      assert.deepEqual(await bytesOf(open('ci').blob(base.descriptor)), base.bytes);
    });
  }));

test('a bundle holds one image of each name, and the same name may be pushed again', () =>
  serving(async (served) => {
    const bundle = path.join(root, 'names');
    await offering({ kind: 'capture', bundle, thinAgainst: [] }, served, async ({ open }) => {
      await storeImage(open('team/ci'), sampleImage(), 'v1');
      const second = sampleImage();
      await storeImage(open('team/ci'), second, 'v1');
      const failure = await failureOf(storeImage(open('other/ci'), sampleImage(), 'v1'));
      assert.equal(failure.code, 'registry-denied');
      assert.match(failure.message, /docker\.io\/team\/ci:v1; a bundle holds one of each name/);
      await storeImage(open('ghcr.io/team/web'), sampleImage(), '2');
      const { members } = await readBundle(await diskLayouts.open(bundle));
      assert.deepEqual(
        members.map(({ image, origin }) => [image, origin.kind === 'ready' && origin.reference]),
        [
          ['ci', 'docker.io/team/ci:v1'],
          ['web', 'ghcr.io/team/web:2'],
        ],
      );
      assert.equal(members[0]?.digest, second.manifest.digest);
    });
    const [image, arm] = [sampleImage([base]), sampleImage([base], 'arm64')];
    await offering({ kind: 'capture', bundle, thinAgainst: [] }, served, async ({ open }) => {
      const to = open('team/multi');
      for (const each of [image, arm]) await storeImage(to, each);
      await to.putManifest(sampleIndex([image, arm]), 'v1');
    });
    const { members, set } = await readBundle(await diskLayouts.open(bundle));
    assert.deepEqual(
      members.map(({ image: name, platforms }) => [name, platforms.length]),
      [
        ['ci', 1],
        ['web', 1],
        ['multi', 2],
      ],
    );
    assert.ok(set.length > 0);
  }));

test('artifacts travel with the images of a bundle and are none of them; what was never named goes at the end', () =>
  serving(async (served) => {
    const bundle = path.join(root, 'artifacts');
    const image = sampleImage([base], 'amd64', [base.descriptor.digest]);
    const loose = freshBlob(100);
    await offering({ kind: 'capture', bundle, thinAgainst: [] }, served, async ({ open }) => {
      await storeImage(open('team/chart'), sampleArtifact(descriptorOf(sampleImage().manifest)), '1.0');
      assert.equal(await (await diskLayouts.open(bundle)).document('lockkeeper.json'), undefined);
      await storeImage(open('team/ci'), image, 'v1');
      await storeImage(open('team/ci'), sampleArtifact(descriptorOf(image.manifest)));
      await open('team/ci').putBlob(loose.descriptor, () => inPieces(loose.bytes));
      assert.equal((await open('team/ci').referrers(image.manifest.digest)).length, 1);
    });
    const { bundle: found } = await verifyBundle(bundle, undefined, diskLayouts);
    assert.deepEqual(
      found.members.map(({ image: name }) => name),
      ['ci'],
    );
    const layout = await diskLayouts.open(bundle);
    assert.equal((await layout.referrers(image.manifest.digest)).length, 1);
    assert.equal(await layout.hasBlob(loose.descriptor.digest), false);
  }));

test('a base that does not exist, a bundle that is none and a strange folder are failures before anything listens', () =>
  serving(async (served) => {
    const thinAgainst = [parseImageSource(`${served.host}/no/such:1`)];
    const strange = path.join(root, 'strange');
    await mkdir(strange);
    await writeFile(path.join(strange, 'something'), 'else');
    const never = (): never => assert.fail('nothing is served');
    for (const [offer, code] of [
      [{ kind: 'capture', bundle: path.join(root, 'never'), thinAgainst }, 'manifest-missing'],
      [{ kind: 'serve', bundle: path.join(root, 'none'), from: [] }, 'bundle-missing'],
      [{ kind: 'registry', folder: strange }, 'output-exists'],
      [{ kind: 'capture', bundle: strange, thinAgainst: [] }, 'output-exists'],
    ] as const) {
      assert.equal((await failureOf(offering(offer, served, never))).code, code, offer.kind);
    }
  }));

test('an address that other machines reach needs a word of its own, and one that is taken is a failure', () =>
  serving(async (served) => {
    const offer = { kind: 'registry', folder: path.join(root, 'address') } as const;
    const start = (listen: string, isExposed: boolean, port = 0): Promise<string> =>
      serveRegistry({ offer, listen, port, isExposed }, tools, {
        observe: () => undefined,
        work: ({ host }) => Promise.resolve(host),
      });
    for (const listen of ['0.0.0.0', '::', '10.0.0.1', 'localhost', '127.0.0.1.evil.example', ''])
      assert.equal((await failureOf(start(listen, false))).code, 'usage', listen);
    assert.match(await start('0.0.0.0', true), /^0\.0\.0\.0:\d+$/);
    assert.match(await start('127.0.0.2', false), /^127\.0\.0\.2:\d+$/);
    const taken = Number(served.host.split(':')[1]);
    assert.equal((await failureOf(start('127.0.0.1', false, taken))).code, 'listen-refused');
  }));
