import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { invariant } from '../../base/invariant.ts';
import { jsonOf, listAt, textAt, textsAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import type { ProcessTable } from '../../base/process-table.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { parseImageConfig } from '../../model/manifest.ts';
import { askEngine, engineAnswers, engineComplaint, engineUnreachable } from '../../ports/engine-command.ts';
import type { ExportedImage, Exporter } from '../../ports/exporter.ts';
import type { RegistryServers } from '../../ports/registry-server.ts';
import { saveSeveralFromClassicStore } from './classic-store.ts';
import { saveFromContainerdStore } from './containerd-store.ts';
import { isPushName, pushFromClassicStore, type StoredImage } from './docker-push.ts';
import { ociManifest } from './oci-manifest.ts';
import { saveFromPodman } from './podman-store.ts';
import { notUnderstood, storeBlobs, type SavedImage } from './saved-image.ts';
import { readWhole, TemporaryFolder } from './temporary-folder.ts';

export interface ExporterOptions {
  /** A folder with room for what the images pack to; nothing stays in it. */
  readonly temporary: string;
  readonly servers: RegistryServers;
  readonly processes: ProcessTable;
}

/**
 * Takes images out of an engine's store as `build` does with what it has built. Podman packs every layer anew whenever
 * it hands one out, and the classic store knows no packed layers: there, a layer that is known elsewhere is named as it
 * is there, by its diff id. What a containerd store holds is never named otherwise than it is.
 */
export function createExporter(engine: Engine, options: ExporterOptions): Exporter {
  return {
    async export(names, into, { known, signal }) {
      const stored = await describe(engine, names);
      await using folder = await TemporaryFolder.make(options.temporary);
      const work: Export = {
        ...options,
        engine,
        folder,
        signal,
        known: new Map(known.map(({ diffId, blob }) => [diffId, blob])),
        has: (blob) => into.hasBlob(blob),
      };
      const blobs = new Set(known.map(({ blob }) => blob.digest));
      const exported: ExportedImage[] = [];
      for await (const image of images(work, stored)) {
        await storeBlobs(image, into, { signal, mayLack: (layer) => blobs.has(layer) });
        exported.push({ manifest: image.manifest, platform: image.platform });
      }
      return exported;
    },
  };
}

interface Export extends ExporterOptions {
  readonly engine: Engine;
  readonly folder: TemporaryFolder;
  readonly signal: AbortSignal | undefined;
  readonly known: ReadonlyMap<Digest, Descriptor>;
  readonly has: (blob: Digest) => Promise<boolean>;
}

async function* images(work: Export, stored: readonly StoredImage[]): AsyncGenerator<SavedImage> {
  const { engine, folder, signal, known, has } = work;
  const platform = engine.platform;
  const ids = stored.map(({ id }) => id);
  if (engine.kind === 'docker' && engine.store === 'classic') {
    const pushed = await pushFromClassicStore(engine, stored, work);
    if (pushed !== undefined) return yield* pushed;
    yield* await saveSeveralFromClassicStore(engine, ids, { folder, packed: new Map(), has, signal, known });
    return;
  }
  for (const id of ids) {
    throwIfInterrupted(signal);
    yield engine.kind === 'podman'
      ? await withKnown(await saveFromPodman(engine, id, { folder, platform, signal }), known)
      : await saveFromContainerdStore(engine, id, { folder, platform, has, signal });
  }
}

/** The same image with the layers named as they are elsewhere; its config, and with it its id, stays. */
async function withKnown(image: SavedImage, known: ReadonlyMap<Digest, Descriptor>): Promise<SavedImage> {
  const { manifest, files } = image;
  const file = files.get(manifest.config.digest);
  invariant(file !== undefined, 'the config of an image that was read is at hand');
  const bytes = await readWhole(file, limits.imageConfigBytesMax, () => {
    throw notUnderstood(`its config is larger than ${limits.imageConfigBytesMax} bytes`);
  });
  const { diffIds } = parseImageConfig(bytes, manifest.config.digest);
  if (!diffIds.some((diffId) => known.has(diffId))) return image;
  const layers = manifest.layers.map((layer, at) => known.get(diffIds[at] ?? layer.digest) ?? layer);
  return { ...image, manifest: ociManifest(manifest.config, layers) };
}

/** What the store says of images; one question is enough where it knows all of them. */
async function describe(engine: Engine, names: readonly string[]): Promise<readonly StoredImage[]> {
  const answer = await askEngine(engine, ['image', 'inspect', ...names]);
  const listed = answer.status === 0 ? listAt(jsonOf(answer.stdout)) : [];
  if (listed.length === names.length)
    return listed.map((each, at) => storedImage(engine, names[at] ?? '', each));
  const described: StoredImage[] = [];
  for (const name of names) described.push(await describeOne(engine, name));
  return described;
}

async function describeOne(engine: Engine, name: string): Promise<StoredImage> {
  const result = await askEngine(engine, ['image', 'inspect', name]);
  if (result.status !== 0) {
    if (!(await engineAnswers(engine))) throw engineUnreachable(engine, result);
    throw new Failure('manifest-missing', `${engine.kind} has no image ${name}: ${engineComplaint(result)}`, {
      hint: `Look with \`${engine.program} image ls\` what it has; build or pull the image first.`,
    });
  }
  return storedImage(engine, name, listAt(jsonOf(result.stdout))[0]);
}

function storedImage(engine: Engine, name: string, described: unknown): StoredImage {
  const id = textAt(described, 'Id') ?? '';
  // Podman leaves the algorithm out.
  const digest = id.includes(':') ? id : `sha256:${id}`;
  const diffIds = textsAt(described, 'RootFS', 'Layers') ?? [];
  const isNamed = textsAt(described, 'RepoTags')?.some((each) => !isPushName(each)) === true;
  if (isDigest(digest)) return { id: digest, diffIds, isNamed };
  throw new Failure('program-output', `${engine.kind} calls ${name} ${JSON.stringify(id.slice(0, 200))}`);
}
