import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleImage, storeImage } from '../support/sample-images.ts';
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
}
