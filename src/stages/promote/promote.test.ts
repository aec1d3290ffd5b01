import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delegate } from '../../ports/delegate.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { allowOrder, attachVerdict, movesOf, type Contender } from '../../../test/support/promotion.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import {
  bytesOf,
  freshBlob,
  sampleImage,
  sampleIndex,
  storeImage,
} from '../../../test/support/sample-images.ts';
import { MemoryLayout, MemoryRegistries } from '../../adapters/registry/memory.ts';
import { InvariantError } from '../../base/invariant.ts';
import type { Digest } from '../../model/digest.ts';
import type { Event } from '../../model/event.ts';
import { parsePromotion, promotionDocument } from '../../model/promotion.ts';
import { parseReference } from '../../model/reference.ts';
import type { Layout } from '../../ports/layout.ts';
import type { Registries, Repository } from '../../ports/repository.ts';
import { allowMoves, type AllowedMove } from './allow.ts';
import { promote } from './promote.ts';

interface Scene {
  readonly layout: Layout;
  readonly registries: Registries;
  readonly contenders: readonly Contender[];
  readonly moves: readonly AllowedMove[];
  readonly clock: FakeClock;
}

const shared = freshBlob(2000);

/** Two images in two repositories of one registry; one of the candidates is an index; both were judged. */
async function scene(): Promise<Scene> {
  const layout = new MemoryLayout('bundle');
  const registries = new MemoryRegistries();
  const [oldCi, oldBase, newCi, newBase, newBaseArm] = [
    sampleImage([shared]),
    sampleImage([freshBlob(100)]),
    sampleImage([shared, freshBlob(100)]),
    sampleImage([freshBlob(100)]),
    sampleImage([freshBlob(100)], 'arm64'),
  ];
  await storeImage(registries.open('r.test', 'team/ci'), oldCi, 'stable');
  await storeImage(registries.open('r.test', 'team/base'), oldBase, 'stable');
  for (const image of [newCi, newBase, newBaseArm]) await storeImage(layout, image);
  const index = sampleIndex([newBase, newBaseArm]);
  await layout.putManifest(index, 'base');
  const contenders: readonly Contender[] = [
    {
      image: 'ci',
      baselineReference: 'r.test/team/ci:stable',
      baseline: oldCi.manifest.digest,
      candidate: newCi.manifest,
    },
    {
      image: 'base',
      baselineReference: 'r.test/team/base:stable',
      baseline: oldBase.manifest.digest,
      candidate: index,
    },
  ];
  await attachVerdict(layout, contenders);
  return { layout, registries, contenders, moves: movesOf(contenders), clock: new FakeClock() };
}

function order(each: Scene): Parameters<typeof promote>[0] {
  return {
    layout: each.layout,
    registries: each.registries,
    moves: each.moves,
    set: 'set-1',
    clock: each.clock,
  };
}

async function tagsOf({ registries, contenders }: Scene): Promise<readonly (Digest | undefined)[]> {
  const found: (Digest | undefined)[] = [];
  for (const { baselineReference } of contenders) {
    const { registry, repository, tag } = parseReference(baselineReference);
    found.push((await registries.open(registry, repository).resolve(tag ?? ''))?.digest);
  }
  return found;
}

async function journalOf({ layout }: Scene): Promise<ReturnType<typeof parsePromotion> | undefined> {
  const bytes = await layout.document(promotionDocument);
  return bytes === undefined ? undefined : parsePromotion(bytes, layout.path);
}

/** All that a promotion is for: every name at its candidate, all bytes there, evidence attached, and the record says so. */
async function assertDone(each: Scene): Promise<void> {
  assert.deepEqual(
    await tagsOf(each),
    each.contenders.map(({ candidate }) => candidate.digest),
  );
  for (const { baselineReference, candidate } of each.contenders) {
    const { registry, repository } = parseReference(baselineReference);
    const target = each.registries.open(registry, repository);
    const manifests =
      candidate.kind === 'index'
        ? await Promise.all(candidate.manifests.map(({ digest }) => target.manifest(digest)))
        : [candidate];
    for (const manifest of manifests) {
      assert.ok(manifest.kind === 'manifest');
      for (const blob of [manifest.config, ...manifest.layers]) await bytesOf(target.blob(blob));
    }
    const [artifact, ...others] = await target.referrers(candidate.digest);
    assert.ok(artifact !== undefined && others.length === 0);
    const stored = await target.manifest(artifact.digest);
    assert.ok(stored.kind === 'manifest' && stored.subject?.digest === candidate.digest);
  }
  const journal = await journalOf(each);
  assert.notEqual(journal?.doneAt, undefined);
  assert.deepEqual(journal?.moves, each.moves);
}

function nobody(): void {
  // No one watches.
}

test('every name moves to its candidate, with evidence, and all is on record', async () => {
  const each = await scene();
  const promotion = await promote(order(each), nobody);
  assert.equal(promotion.set, 'set-1');
  assert.deepEqual(promotion.moves, each.moves);
  await assertDone(each);
});

test('run twice is run once: the second time nothing is left to do', async () => {
  const each = await scene();
  const first = await promote(order(each), nobody);
  each.clock.advance(1000);
  const events: Event[] = [];
  const second = await promote(order(each), (event) => events.push(event));
  assert.deepEqual(second, first);
  const states = events.flatMap((event) =>
    event.kind === 'promotion-step' && !event.step.startsWith('read-back') ? [event.state] : [],
  );
  assert.deepEqual([...new Set(states)], ['was-done']);
  await assertDone(each);
});

test('what happens is told step by step', async () => {
  const each = await scene();
  const told: string[] = [];
  await promote(order(each), (event) => {
    if (event.kind === 'promotion-step') told.push(`${event.step} ${event.target} ${event.state}`);
  });
  assert.deepEqual(told.slice(0, 3), [
    'check-tag r.test/team/ci:stable done',
    'check-tag r.test/team/base:stable done',
    'record-intent ci, base done',
  ]);
  assert.equal(told.at(-1), 'record-done ci, base done');
  assert.ok(
    told.indexOf('attach-evidence r.test/team/base:stable done') <
      told.indexOf('move-tag r.test/team/ci:stable done'),
  );
});

test('a name that somebody else moved stops all of them before anything happens', async () => {
  const each = await scene();
  const intruder = sampleImage();
  await storeImage(each.registries.open('r.test', 'team/base'), intruder, 'stable');
  const failure = await failureOf(promote(order(each), nobody));
  assert.equal(failure.code, 'baseline-moved');
  assert.match(
    failure.message,
    new RegExp(`team/base:stable stood at .* and now stands at ${intruder.manifest.digest}`),
  );
  assert.deepEqual(await tagsOf(each), [each.contenders[0]?.baseline, intruder.manifest.digest]);
  assert.equal(await journalOf(each), undefined);
  const [ci] = each.contenders;
  assert.ok(ci !== undefined);
  assert.equal(await each.registries.open('r.test', 'team/ci').resolve(ci.candidate.digest), undefined);
});

test('a name that moves while the images are on their way stops all of them before the first one moves', async () => {
  const each = await scene();
  const intruder = sampleImage();
  const failure = await failureOf(
    promote(
      {
        ...order(each),
        registries: afterwards(each.registries, 'attach', async () =>
          storeImage(each.registries.open('r.test', 'team/base'), intruder, 'stable'),
        ),
      },
      nobody,
    ),
  );
  assert.equal(failure.code, 'baseline-moved');
  assert.deepEqual(await tagsOf(each), [each.contenders[0]?.baseline, intruder.manifest.digest]);
  assert.equal((await journalOf(each))?.doneAt, undefined);
});

/** Does something once, after the first artifact was stored. */
function afterwards(registries: Registries, _when: 'attach', work: () => Promise<void>): Registries {
  let done = false;
  return {
    open(registry, name) {
      const inner = registries.open(registry, name);
      return {
        ...delegate(inner),
        async putManifest(manifest, tag) {
          await inner.putManifest(manifest, tag);
          if (manifest.subject === undefined || done) return;
          done = true;
          await work();
        },
      };
    },
  };
}

test('a name that was new may be made, and one that somebody made meanwhile stops it', async () => {
  const each = await scene();
  const [ci] = each.contenders;
  assert.ok(ci !== undefined);
  const fresh: Contender = { ...ci, baselineReference: 'r.test/new/ci:stable', baseline: undefined };
  const moves = movesOf([fresh]);
  await promote({ ...order(each), moves }, nobody);
  const target = each.registries.open('r.test', 'new/ci');
  assert.equal((await target.resolve('stable'))?.digest, ci.candidate.digest);
  await storeImage(target, sampleImage(), 'stable');
  assert.equal((await failureOf(promote({ ...order(each), moves }, nobody))).code, 'baseline-moved');
});

test('a name that was moved back by hand is moved again, and recorded anew', async () => {
  const each = await scene();
  const first = await promote(order(each), nobody);
  const [ci] = each.contenders;
  assert.ok(ci?.baseline !== undefined);
  const target = each.registries.open('r.test', 'team/ci');
  await target.putManifest(await target.manifest(ci.baseline), 'stable');
  each.clock.advance(60_000);
  const second = await promote(order(each), nobody);
  assert.ok(second.intendedAt > first.intendedAt);
  await assertDone(each);
});

test('the record of a promotion that was given up does not count for another one', async () => {
  const each = await scene();
  await promote({ ...order(each), moves: each.moves.slice(0, 1), set: 'set-0' }, nobody);
  await promote(order(each), nobody);
  await assertDone(each);
});

test('blobs that the registry has elsewhere are mounted', async () => {
  const each = await scene();
  const target = { image: 'ci', reference: parseReference('r.test/team/ci-copy:stable') };
  const moves = allowMoves({ ...allowOrder(each.contenders), targets: [target] });
  const results: string[] = [];
  await promote({ ...order(each), moves }, (event) => {
    if (event.kind === 'blob-copied' && event.digest === shared.descriptor.digest) results.push(event.result);
  });
  assert.deepEqual(results, ['mounted']);
});

test('a bundle that does not hold the candidate moves nothing', async () => {
  const each = await scene();
  const empty = new MemoryLayout('empty');
  assert.equal(
    (await failureOf(promote({ ...order(each), layout: empty }, nobody))).code,
    'manifest-missing',
  );
  assert.deepEqual(
    await tagsOf(each),
    each.contenders.map(({ baseline }) => baseline),
  );
});

test('a move that no verdict allowed is our own mistake', async () => {
  const each = await scene();
  const forged = each.moves.map((move): AllowedMove => ({ ...move }));
  await assert.rejects(promote({ ...order(each), moves: forged }, nobody), InvariantError);
  assert.equal(await journalOf(each), undefined);
});

test('two promotions of one bundle do not run at the same time', async () => {
  const each = await scene();
  await each.layout.exclusively(async () => {
    assert.equal((await failureOf(promote(order(each), nobody))).code, 'bundle-busy');
  });
});

test('a registry that says that all is there although a blob is not is found out before the name moves', async () => {
  const each = await scene();
  const lying: Registries = {
    open(registry, name) {
      const inner = each.registries.open(registry, name);
      return { ...delegate(inner), hasBlob: () => Promise.resolve(false) };
    },
  };
  assert.equal(
    (await failureOf(promote({ ...order(each), registries: lying }, nobody))).code,
    'blob-missing',
  );
  assert.deepEqual(
    await tagsOf(each),
    each.contenders.map(({ baseline }) => baseline),
  );
});

class PowerCut extends Error {}

/** Breaks off at the n-th call of anything that reads or writes: before it, or after it took effect. */
class Breaker {
  readonly #at: number;
  readonly #when: 'before' | 'after';
  #calls = 0;

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  get broke(): boolean {
    return this.#calls >= this.#at;
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    // A process that was killed does nothing any more.
    if (this.#calls > this.#at || (this.#calls === this.#at && this.#when === 'before')) throw new PowerCut();
    const result = await work();
    if (this.#calls === this.#at) throw new PowerCut();
    return result;
  }

  repository(inner: Repository): Repository {
    return {
      ...delegate(inner),
      resolve: (selector) => this.call(() => inner.resolve(selector)),
      manifest: (digest) => this.call(() => inner.manifest(digest)),
      hasBlob: (digest) => this.call(() => inner.hasBlob(digest)),
      putBlob: (descriptor, open, options) => this.call(() => inner.putBlob(descriptor, open, options)),
      putManifest: (manifest, tag) => this.call(() => inner.putManifest(manifest, tag)),
      referrers: (subject) => this.call(() => inner.referrers(subject)),
    };
  }

  layout(inner: Layout): Layout {
    return {
      ...this.repository(inner),
      path: inner.path,
      document: (name) => this.call(() => inner.document(name)),
      putDocument: (name, bytes) => this.call(() => inner.putDocument(name, bytes)),
      entries: () => this.call(() => inner.entries()),
      removeUnnamed: () => inner.removeUnnamed(),
      exclusively: (work) => inner.exclusively(work),
    };
  }
}

for (const when of ['before', 'after'] as const) {
  test(`a promotion that breaks off ${when} any of its calls is mended by running it again`, async () => {
    for (let at = 1; ; at += 1) {
      const each = await scene();
      const breaker = new Breaker(at, when);
      const broken = {
        ...order(each),
        layout: breaker.layout(each.layout),
        registries: {
          open: (registry: string, name: string) => breaker.repository(each.registries.open(registry, name)),
        },
      };
      const end: unknown = await promote(broken, nobody).catch((error: unknown) => error);
      if (!breaker.broke) {
        assert.ok(at > 60, `only ${at} calls`);
        await assertDone(each);
        break;
      }
      assert.ok(end instanceof PowerCut, String(end));
      await assertNoHalf(each);
      await promote(order(each), nobody);
      await assertDone(each);
    }
  });
}

/** At no time does a name stand at something that is not whole. */
async function assertNoHalf(each: Scene): Promise<void> {
  for (const [index, tag] of (await tagsOf(each)).entries()) {
    const contender = each.contenders[index];
    assert.ok(tag === contender?.baseline || tag === contender?.candidate.digest);
  }
  const moved = (await tagsOf(each)).some((tag, index) => tag === each.contenders[index]?.candidate.digest);
  if (!moved) return;
  for (const { baselineReference, candidate } of each.contenders) {
    const { registry, repository } = parseReference(baselineReference);
    assert.notEqual(
      await each.registries.open(registry, repository).resolve(candidate.digest),
      undefined,
      'all is staged before the first name moves',
    );
  }
}
