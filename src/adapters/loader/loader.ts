import { runCommand } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted, unlessInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import { chainIds } from '../../model/chain.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { majorVersion, type Engine } from '../../model/engine.ts';
import { shortDigest, type Digest } from '../../model/digest.ts';
import {
  engineAnswers,
  engineCommand,
  engineComplaint,
  engineUnreachable,
  withEngine,
} from '../../ports/engine-command.ts';
import type { Loader } from '../../ports/loader.ts';
import type { Repository } from '../../ports/repository.ts';
import { layersOf, readImage, type ArchivedImage } from './archived-image.ts';
import { checkLayer } from './checked-layer.ts';
import { writeImageArchive } from './image-archive.ts';
import { findHeldImage, type HeldImage } from './held-image.ts';
import { HeldLayers } from './held-layers.ts';
import { untaken } from './untaken.ts';

/** Loads images into docker or podman by one stream in the engine's own terms, without a file on the way. */
export function createLoader(engine: Engine): Loader {
  const held = new HeldLayers(engine);
  return {
    async lacks(from, digest, signal) {
      const image = await readImage(from, digest);
      if (isProven(engine, await findImage(engine, image, signal), image)) return [];
      return unheldLayers(held, image, signal);
    },
    async load(from, digest, signal, { heldIsEnough = false, thin = false } = {}) {
      const image = await readImage(from, digest);
      const id = idOf(engine, image);
      const absent = thin ? await absentLayers(from, image) : new Set<Digest>();
      const loading: Loading = { engine, held, from, image, signal, absent, heldIsEnough };
      const before = await findImage(engine, image, signal);
      if (isProven(engine, before, image)) {
        if (!heldIsEnough) await checkLayers(loading, new Set());
        return { id, manifest: digest, fresh: false, sent: [] };
      }
      const sent = await sendWhatIsLacking(loading).finally(() => held.forget());
      if (!isImage(await findImage(engine, image, signal), image)) throw notTaken(engine, digest);
      return { id, manifest: digest, fresh: before === undefined, sent };
    },
  };
}

interface Loading {
  readonly engine: Engine;
  readonly held: HeldLayers;
  readonly from: Repository;
  readonly image: ArchivedImage;
  readonly signal: AbortSignal | undefined;
  /** Layers that are not in `from`. */
  readonly absent: ReadonlySet<Digest>;
  readonly heldIsEnough: boolean;
}

function idOf({ store }: Engine, { manifest }: ArchivedImage): Digest {
  return store === 'containerd' ? manifest.digest : manifest.config.digest;
}

async function findImage(
  engine: Engine,
  image: ArchivedImage,
  signal: AbortSignal | undefined,
): Promise<HeldImage | undefined> {
  const id = idOf(engine, image);
  const found = await findHeldImage(engine, id, signal);
  return found?.id === id ? found : undefined;
}

/** What the engine says of an image that it holds: believed where it has itself proven that these are the layers. */
function isProven(engine: Engine, held: HeldImage | undefined, image: ArchivedImage): boolean {
  if (!isImage(held, image)) return false;
  // Podman copies the list of layers from the config and never compares; it knows only which manifest it once read.
  return engine.kind !== 'podman' || held?.manifest === image.manifest.digest;
}

function isImage(held: HeldImage | undefined, image: ArchivedImage): boolean {
  return held !== undefined && held.diffIds.join() === image.diffIds.join();
}

async function unheldLayers(
  layers: HeldLayers,
  image: ArchivedImage,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const held = await layers.chains(signal);
  const chain = chainIds(image.diffIds);
  const isHeld = (position: number): boolean => {
    const id = chain[position];
    return id !== undefined && held.has(id);
  };
  return layersOf(image).flatMap(({ blob, positions }) => (positions.every(isHeld) ? [] : [blob]));
}

async function absentLayers(from: Repository, image: ArchivedImage): Promise<ReadonlySet<Digest>> {
  const absent = new Set<Digest>();
  for (const { blob } of layersOf(image)) if (!(await from.hasBlob(blob.digest))) absent.add(blob.digest);
  return absent;
}

/** Reads layers that are not sent, so that no image gets by with layers that another one brought. */
async function checkLayers(loading: Loading, sent: ReadonlySet<Digest>): Promise<void> {
  const { from, image, signal, absent } = loading;
  for (const { blob, diffId } of layersOf(image)) {
    throwIfInterrupted(signal);
    if (!sent.has(blob.digest) && !absent.has(blob.digest))
      await unlessInterrupted(checkLayer(from, blob, diffId), signal);
  }
}

/** First without what the engine seems to have; where it does not find that after all, with everything. */
async function sendWhatIsLacking(loading: Loading): Promise<readonly Descriptor[]> {
  const { engine, held, image, signal, absent, heldIsEnough } = loading;
  const all = layersOf(image).map(({ blob }) => blob);
  const lacking = await unheldLayers(held, image, signal);
  const leftOut = lacking.filter(({ digest }) => absent.has(digest));
  if (leftOut.length > 0) throw lacksLeftOut(engine, leftOut);
  // A containerd store takes an archive that is not whole and says nothing; it is left only what the bundle leaves.
  const first = engine.store === 'containerd' ? all.filter(({ digest }) => !absent.has(digest)) : lacking;
  if (first.length < all.length) {
    if (!heldIsEnough) await checkLayers(loading, new Set(first.map(({ digest }) => digest)));
    if ((await stream(loading, first)) === undefined) return first;
    if (absent.size > 0)
      throw lacksLeftOut(
        engine,
        all.filter(({ digest }) => absent.has(digest)),
      );
  }
  const refusal = await stream(loading, all);
  if (refusal !== undefined) throw refusal;
  return all;
}

/** Resolves to why the engine does not take it. */
async function stream(loading: Loading, layers: readonly Descriptor[]): Promise<Failure | undefined> {
  const { engine, from, image, signal } = loading;
  const sent = new Set(layers.map(({ digest }) => digest));
  const stdin = writeImageArchive({
    from,
    image,
    leaveOut: new Set(image.manifest.layers.map(({ digest }) => digest).filter((each) => !sent.has(each))),
    // Docker's classic store knows zstd from version 23 on.
    unpackZstd: engine.kind === 'docker' && engine.store === 'classic' && majorVersion(engine.version) < 23,
    indexes: [],
    name: undefined,
  });
  const options = { timeoutMs: limits.engineTransferMs, stdin, signal };
  const result = await withEngine(engine, runCommand(engineCommand(engine, ['load', '--quiet'], options)));
  if (result.status === 0) return undefined;
  if (!(await engineAnswers(engine))) throw engineUnreachable(engine, result);
  return untaken(engine.kind, image.manifest.digest, engineComplaint(result));
}

function lacksLeftOut(engine: Engine, blobs: readonly Descriptor[]): Failure {
  return new Failure(
    'blob-left-out',
    `${engine.kind} does not hold ${blobs.map(({ digest }) => digest).join(', ')}, and the bundle leaves it out`,
    { hint: 'Run `lockkeeper bundle complete` on the bundle, then load it again.' },
  );
}

function notTaken(engine: Engine, digest: Digest): Failure {
  return new Failure(
    'image-unloadable',
    `${engine.kind} says that it has loaded ${shortDigest(digest)}, but it does not hold this image with these layers`,
    { hint: 'The engine changed the image on its way in; nothing was tried with it.' },
  );
}
