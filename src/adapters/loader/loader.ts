import { runCommand } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';
import type { Engine } from '../../model/engine.ts';
import { shortDigest, type Digest } from '../../model/digest.ts';
import { parseImageConfig, type ImageManifest } from '../../model/manifest.ts';
import {
  engineAnswers,
  engineCommand,
  engineComplaint,
  engineUnreachable,
  withEngine,
} from '../../ports/engine-command.ts';
import type { Loader } from '../../ports/loader.ts';
import type { Repository } from '../../ports/repository.ts';
import { checkLayer } from './checked-layer.ts';
import { writeImageArchive, type ArchivedImage } from './image-archive.ts';
import { findHeldImage, type HeldImage } from './held-image.ts';

/** Loads images into docker or podman by one stream in the engine's own terms, without a file on the way. */
export function createLoader(engine: Engine): Loader {
  return {
    async load(from, digest, signal, { heldIsEnough = false } = {}) {
      const image = await readImage(from, digest);
      const id = engine.store === 'containerd' ? digest : image.manifest.config.digest;
      const before = await findHeldImage(engine, id, signal);
      if (isProven(engine, before, image)) {
        if (!heldIsEnough) await checkLayers(from, image, signal);
        return { id, manifest: digest, fresh: false };
      }
      await stream(engine, from, image, signal);
      if (!isImage(await findHeldImage(engine, id, signal), image)) throw notTaken(engine, digest);
      return { id, manifest: digest, fresh: before === undefined };
    },
  };
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

async function checkLayers(
  from: Repository,
  image: ArchivedImage,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, layer] of image.manifest.layers.entries()) {
    throwIfInterrupted(signal);
    const diffId = image.diffIds[index];
    if (diffId !== undefined) await checkLayer(from, layer, diffId);
  }
}

async function readImage(from: Repository, digest: Digest): Promise<ArchivedImage> {
  const manifest = await from.manifest(digest);
  if (manifest.kind !== 'manifest') {
    throw new Failure(
      'image-unloadable',
      `${digest} is an index: an engine loads the manifest of one platform`,
    );
  }
  const config = await collectBytes(from.blob(manifest.config), limits.imageConfigBytesMax, () => {
    throw refused(manifest, `its config is larger than ${limits.imageConfigBytesMax} bytes`);
  });
  const { diffIds } = parseImageConfig(config, manifest.config.digest);
  if (diffIds.length !== manifest.layers.length) {
    throw refused(
      manifest,
      `it has ${manifest.layers.length} layers, but its config speaks of ${diffIds.length}`,
    );
  }
  const byBlob = new Map(manifest.layers.map((layer, index) => [layer.digest, diffIds[index]]));
  if (manifest.layers.some((layer, index) => byBlob.get(layer.digest) !== diffIds[index])) {
    throw refused(manifest, 'its config has two names for one layer');
  }
  return { manifest, config, diffIds };
}

async function stream(
  engine: Engine,
  from: Repository,
  image: ArchivedImage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stdin = writeImageArchive(from, image, engine);
  const options = { timeoutMs: limits.engineTransferMs, stdin, signal };
  const result = await withEngine(engine, runCommand(engineCommand(engine, ['load', '--quiet'], options)));
  if (result.status === 0) return;
  if (!(await engineAnswers(engine))) throw engineUnreachable(engine, result);
  const { digest } = image.manifest;
  throw new Failure(
    'image-unloadable',
    `${engine.kind} does not take ${digest}: ${engineComplaint(result)}`,
    {
      hint: 'Look at the free space of the engine (`lockkeeper doctor`), and whether other tools can load this image.',
    },
  );
}

function notTaken(engine: Engine, digest: Digest): Failure {
  return new Failure(
    'image-unloadable',
    `${engine.kind} says that it has loaded ${shortDigest(digest)}, but it does not hold this image with these layers`,
    { hint: 'The engine changed the image on its way in; nothing was tried with it.' },
  );
}

function refused({ digest }: ImageManifest, why: string): Failure {
  return new Failure('content-refused', `${digest} is refused: ${why}`);
}
