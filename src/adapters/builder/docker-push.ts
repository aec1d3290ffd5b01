import { Failure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import type { ProcessTable } from '../../base/process-table.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { parseImageConfig } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { askEngine } from '../../ports/engine-command.ts';
import { isLeftBehind, ownedName, ownedPrefix, ownedPurpose } from '../../ports/owned-name.ts';
import type { RegistryServers } from '../../ports/registry-server.ts';
import { ociManifest } from './oci-manifest.ts';
import { PushTarget } from './push-target.ts';
import { notUnderstood, type SavedImage } from './saved-image.ts';
import { readWhole, type TemporaryFolder } from './temporary-folder.ts';

/** An image of the engine's store, as the engine describes it. */
export interface StoredImage {
  readonly id: Digest;
  readonly diffIds: readonly string[];
  /** It has a name that is no {@link isPushName}: taking another one away leaves it where it is. */
  readonly isNamed: boolean;
}

export interface DockerPushOptions {
  readonly folder: TemporaryFolder;
  /** By their diff ids. */
  readonly known: ReadonlyMap<Digest, Descriptor>;
  readonly servers: RegistryServers;
  readonly processes: ProcessTable;
  readonly signal: AbortSignal | undefined;
}

const loopback = '127.0.0.1';
const purpose = 'push';

/**
 * Takes images out of docker's classic store without their base: docker pushes them to a registry of ours on this
 * machine, which says that it has the layers that are known, and so packs and sends the others only. `docker save` would
 * write out all of an image first. The layers that come are packed as for any registry that docker pushes to.
 * Undefined: it does not come to that, and nothing has changed. Docker may be elsewhere, or it may not remember how the
 * known layers are packed, since it neither pulled nor pushed them.
 * @throws Failure `engine-*`, `content-mismatch`, `disk-full`, `file-*`
 */
export async function pushFromClassicStore(
  engine: Engine,
  images: readonly StoredImage[],
  options: DockerPushOptions,
): Promise<readonly SavedImage[] | undefined> {
  const { known, servers, processes, folder } = options;
  const isSmaller = images.some(({ diffIds }) => diffIds.some((diffId) => isKnown(known, diffId)));
  if (!isSmaller || !isHere(engine) || !images.every(({ isNamed }) => isNamed)) return undefined;
  const repository = ownedName(purpose, processes);
  const target = new PushTarget({
    repository,
    fresh: () => folder.fresh('pushed'),
    known: new Map([...known.values()].map((blob) => [blob.digest, blob])),
  });
  await removeLeftNames(engine, processes);
  const running = await servers.start({
    registry: target,
    listen: loopback,
    port: 0,
    observe: () => undefined,
  });
  const names: string[] = [];
  try {
    const pushed: SavedImage[] = [];
    for (const [at, image] of images.entries()) {
      throwIfInterrupted(options.signal);
      const tag = String(at);
      const name = `${running.host}/${repository}:${tag}`;
      names.push(name);
      const saved = await push({ engine, target, image, name, tag, ...options });
      if (saved === undefined) return undefined;
      pushed.push(saved);
    }
    return pushed;
  } finally {
    await running.close();
    await askEngine(engine, ['image', 'rm', ...names]);
  }
}

/** On this machine, as far as can be told: a daemon elsewhere does not find us, says so at once, and nothing is lost. */
function isHere({ env, rootless }: Engine): boolean {
  const host = env['DOCKER_HOST'];
  // A rootless daemon has a loopback of its own.
  return !rootless && (host === undefined || host.startsWith('unix://'));
}

function isKnown(known: ReadonlyMap<string, Descriptor>, diffId: string): boolean {
  return known.has(diffId);
}

/** True for a name under which an image was pushed to a process of ours, which takes it away again. */
export function isPushName(name: string): boolean {
  return name.startsWith(`${loopback}:`) && name.includes(`/${ownedPurpose(purpose)}`);
}

/** Names that killed processes of this machine left. The last name of an image stays: without it, the image would go. */
async function removeLeftNames(engine: Engine, processes: ProcessTable): Promise<void> {
  const pattern = `${loopback}:*/${ownedPrefix(purpose, processes.self)}*`;
  const words = ['image', 'ls', '--filter', `reference=${pattern}`, '--format', '{{.Repository}}:{{.Tag}}'];
  const { stdout } = await askEngine(engine, words);
  for (const name of stdout.split('\n')) {
    const repository = name.slice(name.indexOf('/') + 1);
    if (!(await isLeftBehind(repository, purpose, processes))) continue;
    if (await hasOtherName(engine, name)) await askEngine(engine, ['image', 'rm', name]);
  }
}

async function hasOtherName(engine: Engine, name: string): Promise<boolean> {
  const { stdout } = await askEngine(engine, ['image', 'inspect', '--format', '{{json .RepoTags}}', name]);
  return [...stdout.matchAll(/"([^"]+)"/g)].some(([, each = '']) => !isPushName(each));
}

interface Push extends DockerPushOptions {
  readonly engine: Engine;
  readonly target: PushTarget;
  readonly image: StoredImage;
  readonly name: string;
  readonly tag: string;
}

async function push(work: Push): Promise<SavedImage | undefined> {
  const { engine, target, image, name, known, signal } = work;
  const unknown = new Set(image.diffIds.filter((diffId) => !isKnown(known, diffId)));
  const stop = target.expect(unknown.size);
  const tagged = await askEngine(engine, ['image', 'tag', image.id, name]);
  if (tagged.status !== 0) return undefined;
  try {
    const { status } = await askEngine(engine, ['push', '--quiet', name], {
      timeoutMs: limits.engineTransferMs,
      signal: signal === undefined ? stop : AbortSignal.any([signal, stop]),
    });
    return status === 0 ? await savedImage(work) : undefined;
  } catch (error) {
    throwIfInterrupted(signal);
    if (target.trouble !== undefined) throw target.trouble;
    if (stop.aborted) return undefined;
    throw error;
  }
}

/**
 * What was pushed, once it is known to be the image: its config, and every layer by what it has unpacked. The manifest is
 * ours, as it is where the image is saved: docker would write one in its own terms, which some tools do not find in a layout.
 */
async function savedImage({ target, image, tag, known }: Push): Promise<SavedImage | undefined> {
  const pushed = target.manifestOf(tag);
  const config = target.pushed(image.id);
  if (pushed?.kind !== 'manifest' || pushed.config.digest !== image.id || config === undefined)
    throw notUnderstood(`docker pushed something else than ${image.id}`);
  const bytes = await readWhole(config.file, limits.imageConfigBytesMax, () => {
    throw notUnderstood(`its config is larger than ${limits.imageConfigBytesMax} bytes`);
  });
  const { platform, diffIds } = parseImageConfig(bytes, image.id);
  const files = new Map([[image.id, config.file]]);
  const layers: Descriptor[] = [];
  for (const [at, diffId] of diffIds.entries()) {
    const digest = pushed.layers[at]?.digest;
    const elsewhere = known.get(diffId);
    const blob = digest === undefined ? undefined : target.pushed(digest);
    // One that is known was packed anew: it would not be left out.
    if (elsewhere !== undefined && elsewhere.digest !== digest) return undefined;
    if (digest === undefined || (elsewhere === undefined && blob?.unpacked !== diffId))
      throw new Failure(
        'content-mismatch',
        `docker pushes other layers for ${image.id} than its config names`,
      );
    if (blob !== undefined) files.set(digest, blob.file);
    layers.push(elsewhere ?? { mediaType: mediaTypes.ociLayerGzip, digest, size: blob?.size ?? 0 });
  }
  const described = { mediaType: mediaTypes.ociConfig, digest: image.id, size: config.size };
  return { manifest: ociManifest(described, layers), platform, files };
}
