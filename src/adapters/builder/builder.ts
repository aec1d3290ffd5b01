import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import type { Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { formatPlatform, normalizePlatform, type Platform } from '../../model/platform.ts';
import type { Builder, BuildRequest } from '../../ports/builder.ts';
import type { Layout } from '../../ports/layout.ts';
import { saveFromClassicStore, type PackedBefore } from './classic-store.ts';
import { saveFromContainerdStore } from './containerd-store.ts';
import { formatFrontend, frontendOf } from './frontend.ts';
import { checkPlaces } from './places.ts';
import { saveFromPodman } from './podman-store.ts';
import { runBuild } from './run-build.ts';
import { storeImage, type SavedImage } from './saved-image.ts';
import { TemporaryFolder } from './temporary-folder.ts';

export interface BuilderOptions {
  /** A folder with room for what an image packs to; nothing stays in it. */
  readonly temporary: string;
}

/**
 * Builds with docker or podman, in whatever way this engine can, into its own store without a name, and copies the
 * image from there. What was built stays in the engine: it is its cache, and trials find the image there.
 */
export function createBuilder(engine: Engine, { temporary }: BuilderOptions): Builder {
  const packed: PackedBefore = new Map();
  return {
    async build(request, into, onLine, signal) {
      throwIfInterrupted(signal);
      await checkPlaces(request);
      const wanted = request.platform;
      // It takes the platform for a wish: what comes out depends on the base image, and is sometimes mislabelled.
      if (frontendOf(engine) === 'classic' && wanted !== undefined && !fits(engine.platform, wanted)) {
        const own = formatPlatform(engine.platform);
        throw unsupported(engine, `builds for ${own} only, not for ${formatPlatform(wanted)}`);
      }
      await using folder = await TemporaryFolder.make(temporary);
      const work: Work = { engine, request, into, onLine, signal, folder, packed };
      let image = await make(work, false);
      // Podman takes a step from its cache although it was built for another platform, where no base image differs.
      if (engine.kind === 'podman' && !fits(image.platform, wanted)) image = await make(work, true);
      if (wanted !== undefined && !fits(image.platform, wanted)) {
        const built = formatPlatform(image.platform);
        throw unsupported(engine, `was asked for ${formatPlatform(wanted)} and has built ${built}`);
      }
      await storeImage(image, into, signal);
      const platform = withVariant(image.platform, wanted?.variant);
      return { manifest: image.manifest.digest, platform, builtBy: formatFrontend(engine) };
    },
  };
}

interface Work {
  readonly engine: Engine;
  readonly request: BuildRequest;
  readonly into: Layout;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly folder: TemporaryFolder;
  readonly packed: PackedBefore;
}

async function make(work: Work, noCache: boolean): Promise<SavedImage> {
  const { engine, request, into, signal, folder, packed } = work;
  const id = await runBuild({ ...work, noCache });
  const platform = request.platform ?? engine.platform;
  const has = (blob: Digest): Promise<boolean> => into.hasBlob(blob);
  if (engine.kind === 'podman') return saveFromPodman(engine, id, { folder, platform, signal });
  return engine.store === 'containerd'
    ? saveFromContainerdStore(engine, id, { folder, platform, has, signal })
    : saveFromClassicStore(engine, id, { folder, packed, has, signal });
}

/** Engines leave the variant out where there is only one; nobody who asks for arm is wrong about arm/v7. */
function fits(built: Platform, wanted: Platform | undefined): boolean {
  if (wanted === undefined) return true;
  const [is, should] = [normalizePlatform(built), normalizePlatform(wanted)];
  const differ = is.variant !== undefined && should.variant !== undefined && is.variant !== should.variant;
  return is.os === should.os && is.architecture === should.architecture && !differ;
}

function withVariant(built: Platform, wanted: string | undefined): Platform {
  const variant = built.variant ?? wanted;
  return normalizePlatform({ ...built, ...(variant === undefined ? {} : { variant }) });
}

function unsupported(engine: Engine, why: string): Failure {
  return new Failure('platform-unsupported', `${formatFrontend(engine)} ${why}`, {
    hint:
      engine.kind === 'docker' && engine.buildkit === 'none'
        ? "Install BuildKit's half of the client, docker's buildx plug-in, or build on a machine of that kind."
        : 'Look whether the base image exists for this platform, or build on a machine of that kind.',
  });
}
