import { Failure } from '../../base/failure.ts';
import type { CommandEnd } from '../../base/command.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import type { Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import type { ImageManifest } from '../../model/manifest.ts';
import type { Platform } from '../../model/platform.ts';
import type { Layout } from '../../ports/layout.ts';
import { engineAnswers, engineComplaint, engineUnreachable } from '../../ports/engine-command.ts';
import { readPieces } from './temporary-folder.ts';

/** An image that has left the engine: its manifest, and files with its blobs. */
export interface SavedImage {
  readonly manifest: ImageManifest;
  /** As its config says. */
  readonly platform: Platform;
  /** Paths by digest; what is not here lies in the layout already. */
  readonly files: ReadonlyMap<Digest, string>;
}

/** Blobs first and the manifest last: until everything is there, the layout does not name the image. */
export async function storeImage(
  image: SavedImage,
  into: Layout,
  signal: AbortSignal | undefined,
): Promise<void> {
  await storeBlobs(image, into, { signal, mayLack: () => false });
  throwIfInterrupted(signal);
  await into.putManifest(image.manifest);
}

export interface StoreOptions {
  readonly signal: AbortSignal | undefined;
  /** Layers that were not taken out of the engine on purpose. */
  readonly mayLack: (layer: Digest) => boolean;
}

export async function storeBlobs(
  { manifest, files }: SavedImage,
  into: Layout,
  { signal, mayLack }: StoreOptions,
): Promise<void> {
  for (const blob of [...manifest.layers, manifest.config]) {
    throwIfInterrupted(signal);
    const file = files.get(blob.digest);
    if (file !== undefined) await into.putBlob(blob, () => interruptible(readPieces(file), signal));
    else if (!mayLack(blob.digest) && !(await into.hasBlob(blob.digest))) {
      throw new Failure('blob-missing', `the engine's copy of ${manifest.digest} lacks ${blob.digest}`);
    }
  }
}

async function* interruptible(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    throwIfInterrupted(signal);
    yield piece;
  }
}

/** The engine wrote something else than one image. */
export function notUnderstood(why: string): Failure {
  return new Failure('program-output', `the engine handed out an image that cannot be used: ${why}`);
}

/** The engine has an image and does not hand it out. */
export async function notHandedOut(
  engine: Engine,
  id: string,
  end: CommandEnd & { readonly stderr: string },
): Promise<Failure> {
  if (!(await engineAnswers(engine))) return engineUnreachable(engine, end);
  return new Failure(
    'engine-refused',
    `${engine.kind} does not hand out ${id}, which it has: ${engineComplaint(end)}`,
    {
      hint: 'Look at the free space on this machine and in the engine (`lockkeeper doctor`), and run the same command again.',
    },
  );
}
