import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { sampleImage, storeImage } from '../../../test/support/sample-images.ts';
import { MemoryRepository } from '../../adapters/registry/memory.ts';
import { descriptorOf } from '../../model/manifest.ts';
import { parseReference } from '../../model/reference.ts';
import { resolve } from './resolve.ts';

const clock = new FakeClock();

class CountingRepository extends MemoryRepository {
  readonly asked: string[] = [];

  override resolve(selector: string): ReturnType<MemoryRepository['resolve']> {
    this.asked.push(selector);
    return super.resolve(selector);
  }
}

test('a name is asked for once, and the answer says when', async () => {
  const repository = new CountingRepository('r.test/ci');
  const image = sampleImage();
  await storeImage(repository, image, 'stable');
  const reference = parseReference('r.test/ci:stable');
  assert.deepEqual(await resolve(reference, { repository, clock }), {
    reference,
    lookedUpAt: '2026-11-21T00:00:00.000Z',
    descriptor: descriptorOf(image.manifest),
  });
  assert.deepEqual(repository.asked, ['stable']);
});

test('a digest goes before a tag, and a name without either means latest', async () => {
  const repository = new CountingRepository('r.test/ci');
  const { manifest } = sampleImage();
  await resolve(parseReference(`r.test/ci:stable@${manifest.digest}`), { repository, clock });
  await resolve(parseReference('r.test/ci'), { repository, clock });
  assert.deepEqual(repository.asked, [manifest.digest, 'latest']);
});

test('a name that does not exist is an answer', async () => {
  const { descriptor } = await resolve(parseReference('r.test/ci:none'), {
    repository: new MemoryRepository('r.test/ci'),
    clock,
  });
  assert.equal(descriptor, undefined);
});
