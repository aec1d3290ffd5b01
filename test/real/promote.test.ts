import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { parsePromotion, promotionDocument } from '../../src/model/promotion.ts';
import { parseReference } from '../../src/model/reference.ts';
import type { Layout } from '../../src/ports/layout.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { promote } from '../../src/stages/promote/promote.ts';
import { attachVerdict, movesOf, type Contender } from '../support/promotion.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';
import { bytesOf, freshBlob, sampleImage, sampleIndex, storeImage } from '../support/sample-images.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);
const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-real-promote-'));
after(() => rm(root, { recursive: true, force: true }));
const program = fileURLToPath(new URL('../support/promote-once.ts', import.meta.url));

/** A bundle with two judged candidates, of which one is an index, and repositories where the baselines stand. */
async function prepare(
  host: string,
  run: string,
): Promise<{ readonly layout: Layout; readonly contenders: readonly Contender[] }> {
  const layout = await diskLayouts.openOrCreate(path.join(root, run));
  const common = freshBlob(20_000);
  const [oldCi, oldBase, newCi, newBase, newArm] = [
    sampleImage([common]),
    sampleImage(),
    sampleImage([common, freshBlob(200_000)]),
    sampleImage(),
    sampleImage(undefined, 'arm64'),
  ];
  await storeImage(registries.open(host, `${run}/ci`), oldCi, 'stable');
  await storeImage(registries.open(host, `${run}/base`), oldBase, 'stable');
  for (const image of [oldCi, oldBase, newCi, newBase, newArm]) await storeImage(layout, image);
  const index = sampleIndex([newBase, newArm]);
  await layout.putManifest(index, 'base');
  const contenders: readonly Contender[] = [
    {
      image: 'ci',
      baselineReference: `${host}/${run}/ci:stable`,
      baseline: oldCi.manifest.digest,
      candidate: newCi.manifest,
    },
    {
      image: 'base',
      baselineReference: `${host}/${run}/base:stable`,
      baseline: oldBase.manifest.digest,
      candidate: index,
    },
  ];
  await attachVerdict(layout, contenders);
  return { layout, contenders };
}

interface RunEnd {
  readonly status: number | null;
  readonly signal: string | null;
  readonly effects: number;
}

/** Promotes in a process of its own, which dies after so many effects; 0: it lives. */
async function promoteIn(layout: Layout, contenders: readonly Contender[], effects: number): Promise<RunEnd> {
  const images = contenders.flatMap(({ image, baselineReference, baseline, candidate }) => [
    image,
    baselineReference,
    baseline ?? '',
    candidate.digest,
  ]);
  const child = spawn(process.execPath, [program, layout.path, String(effects), ...images], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  await once(child, 'close');
  const { exitCode: status, signalCode: signal } = child;
  return { status, signal, effects: Number(said) };
}

function targetOf({ baselineReference }: Contender): {
  readonly repository: Repository;
  readonly tag: string;
} {
  const { registry, repository, tag = '' } = parseReference(baselineReference);
  return { repository: registries.open(registry, repository), tag };
}

async function assertPromoted(layout: Layout, contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) {
    const { repository, tag } = targetOf(contender);
    const { candidate } = contender;
    assert.equal((await repository.resolve(tag))?.digest, candidate.digest);
    const manifests =
      candidate.kind === 'index'
        ? await Promise.all(candidate.manifests.map(({ digest }) => repository.manifest(digest)))
        : [candidate];
    for (const manifest of manifests) {
      assert.ok(manifest.kind === 'manifest');
      for (const blob of [manifest.config, ...manifest.layers])
        assert.deepEqual(await bytesOf(repository.blob(blob)), await bytesOf(layout.blob(blob)));
    }
    const [artifact, ...others] = await repository.referrers(candidate.digest);
    assert.ok(artifact !== undefined && others.length === 0);
    assert.deepEqual(
      Buffer.from((await repository.manifest(artifact.digest)).bytes),
      Buffer.from((await layout.manifest(artifact.digest)).bytes),
    );
  }
  const journal = await layout.document(promotionDocument);
  assert.notEqual(parsePromotion(journal ?? new Uint8Array(), layout.path).doneAt, undefined);
  const left = (await readdir(layout.path, { recursive: true })).filter(
    (name) => name.endsWith('.tmp') || name.includes('.lock'),
  );
  assert.deepEqual(left, [], 'nothing half-written and no lock is left');
}

test('a promotion that is killed after any of its effects is mended by running it again', async (t) => {
  if (!shared.isThere(t)) return;
  const { host } = await shared.server();
  const whole = await prepare(host, 'whole');
  const end = await promoteIn(whole.layout, whole.contenders, 0);
  assert.deepEqual([end.status, end.signal], [0, null]);
  await assertPromoted(whole.layout, whole.contenders);
  assert.ok(end.effects > 15, `${end.effects} effects`);
  for (let at = 1; at <= end.effects; at += 1) {
    const { layout, contenders } = await prepare(host, `killed-${at}`);
    const killed = await promoteIn(layout, contenders, at);
    assert.equal(killed.signal, 'SIGKILL', `at ${at}`);
    const tags = await Promise.all(
      contenders.map(async (each) => (await targetOf(each).repository.resolve(targetOf(each).tag))?.digest),
    );
    for (const [index, { baseline, candidate }] of contenders.entries())
      assert.ok(tags[index] === baseline || tags[index] === candidate.digest);
    const again = {
      layout: await diskLayouts.open(layout.path),
      registries,
      moves: movesOf(contenders),
      set: 'set-1',
      clock: systemClock,
    };
    await promote(again, () => undefined);
    await assertPromoted(layout, contenders);
  }
});

test('a copy of a bundle promotes as the bundle does, and twice is once', async (t) => {
  if (!shared.isThere(t)) return;
  const { host } = await shared.server();
  const { layout, contenders } = await prepare(host, 'copied');
  const copy = path.join(root, 'copy-of-copied');
  await cp(layout.path, copy, { recursive: true });
  const copied = await diskLayouts.open(copy);
  assert.equal((await promoteIn(copied, contenders, 0)).status, 0);
  await assertPromoted(copied, contenders);
  assert.equal((await promoteIn(layout, contenders, 0)).status, 0);
  await assertPromoted(layout, contenders);
});
