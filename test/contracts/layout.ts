import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleDocument, formatBundle, type Bundle, type LeftOut } from '../../src/model/bundle.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleImage,
  storeImage,
  type SampleImage,
} from '../support/sample-images.ts';
import type { Layout } from '../../src/ports/layout.ts';
import { failureOf } from '../support/registry-under-test.ts';

/** What every {@link Layout} promises beyond being a repository. */
export function layoutContract(what: string, make: () => Promise<Layout>): void {
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : Buffer.from(bytes).toString();

  test(`${what}: a document is there after it was put, replaced whole, and none of the images`, async () => {
    const layout = await make();
    await storeImage(layout, sampleImage(), 'v1');
    assert.equal(await layout.document('lockkeeper.json'), undefined);
    await layout.putDocument('lockkeeper.json', Buffer.from('one, and longer'));
    await layout.putDocument('lockkeeper.json', Buffer.from('two'));
    assert.equal(text(await layout.document('lockkeeper.json')), 'two');
    assert.equal(await layout.document('other.json'), undefined);
    assert.deepEqual(await layout.tags(), ['v1']);
  });

  test(`${what}: one at a time may work on it, and the next one may when it has ended, well or not`, async () => {
    const layout = await make();
    const result = await layout.exclusively(async () => {
      assert.equal((await failureOf(layout.exclusively(() => Promise.resolve()))).code, 'bundle-busy');
      await layout.putDocument('lockkeeper.json', Buffer.from('written by who holds it'));
      return 'result';
    });
    assert.equal(result, 'result');
    const broken = new RangeError('x');
    await assert.rejects(
      layout.exclusively(() => Promise.reject(broken)),
      broken,
    );
    assert.equal(await layout.exclusively(() => Promise.resolve('again')), 'again');
  });

  test(`${what}: a layer that the document leaves out may be absent, and reading it says where it is`, async () => {
    const layout = await make();
    const [base, own] = [freshBlob(3000), freshBlob(100)];
    const image = sampleImage([base, own]);
    const reference = `registry.example.org/base@${image.manifest.digest}`;
    const leftOut = [{ ...base.descriptor, sources: [{ kind: 'registry' as const, reference }] }];
    for (const blob of [own, image.config]) await layout.putBlob(blob.descriptor, () => inPieces(blob.bytes));
    assert.equal((await failureOf(layout.putManifest(image.manifest, 'thin'))).code, 'blob-missing');
    await layout.putDocument(bundleDocument, formatBundle(bundleOf(image, leftOut)));
    await layout.putManifest(image.manifest, 'thin');
    assert.equal((await layout.resolve('thin'))?.digest, image.manifest.digest);
    assert.equal(await layout.hasBlob(base.descriptor.digest), false);
    const failure = await failureOf(bytesOf(layout.blob(base.descriptor)));
    assert.equal(failure.code, 'blob-left-out');
    assert.ok(failure.message.includes(reference));
    assert.match(failure.hint ?? '', /bundle complete/);
    await layout.putBlob(base.descriptor, () => inPieces(base.bytes));
    assert.deepEqual(await bytesOf(layout.blob(base.descriptor)), base.bytes);
  });

  test(`${what}: neither a config nor a layer of another size than the list says may be absent`, async () => {
    const layout = await make();
    const layer = freshBlob(3000);
    const image = sampleImage([layer]);
    const put = async (absent: Descriptor): Promise<string> => {
      const leftOut = [{ ...absent, sources: [] }];
      await layout.putDocument(bundleDocument, formatBundle(bundleOf(image, leftOut)));
      return (await failureOf(layout.putManifest(image.manifest))).code;
    };
    await layout.putBlob(image.config.descriptor, () => inPieces(image.config.bytes));
    assert.equal(await put({ ...layer.descriptor, size: 2999 }), 'content-mismatch');
    const other = await make();
    await other.putBlob(layer.descriptor, () => inPieces(layer.bytes));
    const leftOut = [{ ...image.config.descriptor, sources: [] }];
    await other.putDocument(bundleDocument, formatBundle(bundleOf(image, leftOut)));
    assert.equal((await failureOf(other.putManifest(image.manifest))).code, 'blob-missing');
  });
}

function bundleOf({ manifest }: SampleImage, leftOut: readonly LeftOut[]): Bundle {
  const { digest, mediaType } = manifest;
  const at = '2026-11-21T00:00:00.000Z';
  const origin = { kind: 'ready' as const, reference: 'registry.example.org/ci:1', resolvedAt: at };
  const platforms = [{ platform: 'linux/amd64', manifest: digest }];
  return {
    schemaVersion: 1,
    set: 'set-1',
    createdAt: at,
    source: { commit: undefined, tree: undefined, dirty: false },
    members: [{ image: 'thin', digest, mediaType, platforms, origin }],
    baselines: [],
    leftOut,
  };
}
