import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, plainConfig, tap } from '../../test/support/world.ts';
import { isFailure } from '../base/failure.ts';
import { collectBytes, streamOf } from '../base/stream.ts';
import { writeTar } from '../base/tar-write.ts';
import { annotationKeys, artifactManifest } from '../model/artifact-manifest.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import { descriptorOf, type ImageManifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { Repository } from '../ports/repository.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { readBundle } from './open-bundle.ts';
import { readVerdict } from './read-verdict.ts';

const configText = `${plainConfig}waivers:
  - { test: "got worse", image: ci, author: Ada, reason: known, until: 2999-01-01 }
`;

interface Stored {
  readonly folder: string;
  readonly place: Repository;
  readonly bundle: Bundle;
  readonly artifact: ImageManifest;
  readonly files: readonly { readonly layer: Descriptor; readonly bytes: Buffer }[];
}

/** A gate that found one of everything: a waived regression, a lost test, a flaky one, one that still fails. */
async function stored(t: TestContext): Promise<Stored> {
  const { folder, config, tools, watching, push, behave } = await makeWorld(t, configText);
  const baseline = await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  const steady = { works: true, 'still fails': false };
  behave(baseline, (_spec, run) => ({
    stdout: tap({ ...steady, 'got worse': true, lost: true, flaky: run !== 2 }),
  }));
  behave(candidate, (_spec, run) => ({
    stdout: tap({ ...steady, 'got worse': false, flaky: run % 2 === 0 }),
  }));
  const bundleFolder = path.join(folder, 'bundle');
  await buildBundle({ config, images: [], out: bundleFolder }, tools, watching);
  const order = { config, bundle: bundleFolder, bundleName: 'bundle', images: [], madeBy: 'test' };
  await gate({ ...order, ledger: undefined }, tools, watching);
  const place = await tools.layouts.open(bundleFolder);
  const bundle = await readBundle(place);
  const [artifact] = (await readVerdict(place, bundle))?.artifacts ?? [];
  assert.ok(artifact);
  const files = [];
  for (const layer of artifact.layers) files.push({ layer, bytes: await bytesOf(place, layer) });
  return { folder: bundleFolder, place, bundle, artifact, files };
}

async function bytesOf(place: Repository, layer: Descriptor): Promise<Buffer> {
  return Buffer.from(await collectBytes(place.blob(layer), 64 * 1024 * 1024, () => assert.fail('too large')));
}

/** The bundle with another artifact in the verdict's place, as somebody would store it who computes digests anew. */
function withArtifact(
  { place, artifact }: Stored,
  layers: readonly Descriptor[],
  change: { readonly blobs?: ReadonlyMap<Digest, Buffer>; readonly createdAt?: string },
): Pick<Repository, keyof Repository> {
  const { subject, annotations } = artifact;
  assert.ok(subject);
  const createdAt = change.createdAt ?? annotations[annotationKeys.created] ?? '';
  const other = artifactManifest({
    subject,
    artifactType: mediaTypes.verdict,
    layers,
    annotations: { ...annotations, [annotationKeys.created]: createdAt },
  });
  return {
    name: place.name,
    resolve: (name) => place.resolve(name),
    manifest: (digest) => (digest === other.digest ? Promise.resolve(other) : place.manifest(digest)),
    hasBlob: (digest) => place.hasBlob(digest),
    blob: (layer) => {
      const bytes = change.blobs?.get(layer.digest);
      return bytes === undefined ? place.blob(layer) : streamOf([bytes]);
    },
    putBlob: () => assert.fail('nothing is written'),
    putManifest: () => assert.fail('nothing is written'),
    tags: () => place.tags(),
    referrers: () => Promise.resolve([descriptorOf(other)]),
    deleteManifest: () => assert.fail('nothing is deleted'),
    deleteTag: () => assert.fail('nothing is deleted'),
    deleteBlob: () => assert.fail('nothing is deleted'),
  };
}

/** With one file changed, whatever is made of that by a reader that believes digests. */
function withFile(story: Stored, index: number, bytes: Buffer): Repository {
  const layers = story.artifact.layers.map((layer, at) =>
    at === index ? { ...layer, digest: digestOf(bytes), size: bytes.length } : layer,
  );
  return withArtifact(story, layers, { blobs: new Map([[digestOf(bytes), bytes]]) });
}

async function assertRefused(place: Repository, { bundle }: Stored, what: string): Promise<void> {
  const refused = (error: unknown): boolean =>
    isFailure(error, 'verdict-differs') ||
    isFailure(error, 'content-refused') ||
    isFailure(error, 'verdict-missing') ||
    isFailure(error, 'digest-invalid');
  await assert.rejects(readVerdict(place, bundle), refused, what);
}

interface Field {
  /** Members of lists are all alike. */
  readonly kind: string;
  readonly path: readonly (string | number)[];
}

function fieldsOf(value: unknown, at: readonly (string | number)[] = []): readonly Field[] {
  if (typeof value !== 'object' || value === null)
    return [{ kind: at.map((step) => (typeof step === 'number' ? '*' : step)).join('.'), path: at }];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, member]) => fieldsOf(member, [...at, key]));
}

/** With one leaf changed into something of its own kind that fits wherever the old one did, as far as that can be known. */
function changed(value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return otherThan(value);
  if (Array.isArray(value))
    return value.map((each: unknown, at): unknown => (at === step ? changed(each, rest) : each));
  assert.ok(typeof value === 'object' && value !== null);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === step ? changed(member, rest) : member]),
  );
}

const words: readonly (readonly string[])[] = [
  ['passed', 'failed', 'skipped'],
  ['baseline', 'candidate'],
  ['screen', 'confirm', 'errors'],
  ['regressed', 'fixed', 'same'],
  ['promote', 'reject: regression'],
  ['block', 'allow'],
  ['none', 'default'],
  ['PASSED', 'FAILED'],
  ['nobody', 'operator', 'image author'],
];

function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (value === null) return 'x';
  assert.ok(typeof value === 'string');
  const list = words.find((each) => each.includes(value));
  if (list !== undefined) return list.find((each) => each !== value);
  if (/[0-9a-f]{64}$/.test(value)) return value.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  return /^\d{4}-/.test(value) ? value.replace(/^\d{4}/, '2031') : `${value}x`;
}

test('no field of what is stored can be changed, though all digests are made anew', async (t) => {
  const story = await stored(t);
  let tried = 0;
  for (const [index, { layer, bytes }] of story.files.entries()) {
    if (layer.mediaType === mediaTypes.reports) continue;
    const title = layer.annotations?.[annotationKeys.title] ?? '';
    const lines = bytes.toString().split('\n');
    const seen = new Map<string, number>();
    for (const [number, line] of lines.entries()) {
      if (line === '') continue;
      const document: unknown = JSON.parse(line);
      for (const { kind, path: place } of fieldsOf(document)) {
        // Twice of each kind: lists of thousands tell nothing that their first members do not.
        const key = `${number === 0} ${kind}`;
        const count = (seen.get(key) ?? 0) + 1;
        seen.set(key, count);
        if (count > 2) continue;
        const other = lines.with(number, JSON.stringify(changed(document, place)));
        const what = `${title}, line ${number + 1}: ${place.join('.')}`;
        await assertRefused(withFile(story, index, Buffer.from(other.join('\n'))), story, what);
        tried += 1;
      }
    }
  }
  assert.ok(tried > 300, `${tried} fields`);
});

test('no file can be taken away, doubled, renamed or called something else', async (t) => {
  const story = await stored(t);
  const { layers } = story.artifact;
  for (const [index, layer] of layers.entries()) {
    const title = layer.annotations?.[annotationKeys.title] ?? '';
    const renamed = { ...layer.annotations, [annotationKeys.title]: 'other.json' };
    const others = layers.toSpliced(index, 1);
    await assertRefused(withArtifact(story, [...layers, layer], {}), story, `${title} twice`);
    const named = layers.with(index, { ...layer, annotations: renamed });
    await assertRefused(withArtifact(story, named, {}), story, `${title} renamed`);
    if (layer.mediaType === mediaTypes.reports) continue;
    await assertRefused(withArtifact(story, others, {}), story, `${title} taken away`);
    const typed = layers.with(index, { ...layer, mediaType: mediaTypes.statement });
    if (layer.mediaType !== mediaTypes.statement)
      await assertRefused(withArtifact(story, typed, {}), story, `${title} as a statement`);
  }
});

test('an old verdict cannot be made younger than those that followed it', async (t) => {
  const story = await stored(t);
  const younger = withArtifact(story, story.artifact.layers, { createdAt: '2099-01-01T00:00:00.000Z' });
  await assertRefused(younger, story, 'another time');
  const same = withArtifact(story, story.artifact.layers, {});
  assert.equal((await readVerdict(same, story.bundle))?.artifacts.length, 1);
});

test('raw reports that the evidence does not name, or that are not what they are called, are refused', async (t) => {
  const story = await stored(t);
  const index = story.files.findIndex(({ layer }) => layer.mediaType === mediaTypes.reports);
  const named = digestOf(tap({ works: true })).slice('sha256:'.length);
  const evidence = story.files.find(({ layer }) => layer.mediaType === mediaTypes.evidence);
  const own = /"reports":\[\{"digest":"sha256:([0-9a-f]{64})"/.exec(evidence?.bytes.toString() ?? '')?.[1];
  assert.ok(own);
  for (const [name, content] of [
    [named, tap({ works: true })],
    [own, 'another report'],
    [`../${own}`, 'a path'],
  ] as const) {
    const bytes = Buffer.from(content);
    const head = { name, mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    const member = { ...head, kind: 'file', size: bytes.length, content: streamOf([bytes]) } as const;
    const archive = Buffer.concat(await Array.fromAsync(writeTar([member])));
    await assertRefused(withFile(story, index, archive), story, name);
  }
});

test('bytes that were changed in place are refused by their digest, wherever in the file', async (t) => {
  const { place, bundle, folder, files } = await stored(t);
  for (const { layer, bytes } of files) {
    const file = path.join(folder, 'blobs', ...layer.digest.split(':'));
    await chmod(file, 0o644);
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(at) ^ 1, at);
      await writeFile(file, other);
      await assert.rejects(
        readVerdict(place, bundle),
        (error) => isFailure(error, 'content-mismatch') || isFailure(error, 'content-refused'),
        `${layer.annotations?.[annotationKeys.title]} at ${at}`,
      );
    }
    await writeFile(file, bytes);
  }
  assert.ok(await readVerdict(place, bundle));
});
