import { throwIfInterrupted } from '../../base/interruption.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Identity } from '../../model/delivery.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, digestHex, digestOf, isDigest, type Digest } from '../../model/digest.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import type { Platform } from '../../model/platform.ts';
import { engineComplaint } from '../../ports/engine-command.ts';
import type { Arrival, Receiver, Shipment } from '../../ports/receiver.ts';
import { layersOf, readImage, type ArchivedImage } from './archived-image.ts';
import { checkLayer } from './checked-layer.ts';
import { startNoop } from './containerd-noop.ts';
import { ContainerdStore, lackingLayers, missingOf } from './containerd-store.ts';
import type { Ctr } from './ctr.ts';
import { writeImageArchive } from './image-archive.ts';
import { untaken } from './untaken.ts';

/**
 * A containerd, by its own program. An image comes in under a name of ours, which keeps it from being collected as
 * garbage, and is proven there; only then does the person's name move to it, and ours goes.
 */
export function containerdReceiver(ctr: Ctr, platform: Platform): Receiver {
  const store = new ContainerdStore(ctr);
  return {
    name: ctr.name,
    platform,
    async lacks({ from, manifest }, signal) {
      return lackingLayers(await readImage(from, manifest.digest), await store.holdings(signal));
    },
    load: (shipment, signal) => load({ ctr, store }, shipment, signal),
    async start(shipment, arrival, signal) {
      const { snapshotter } = await store.holdings(signal);
      await startNoop(ctr, { shipment, image: incomingName(arrival.id), snapshotter, signal });
    },
    give: (shipment, arrival, name) => give(ctr, { shipment, arrival, name }),
    withdraw: ({ id }) => forget(ctr, incomingName(id)),
  };
}

interface Place {
  readonly ctr: Ctr;
  readonly store: ContainerdStore;
}

async function load(
  { ctr, store }: Place,
  shipment: Shipment,
  signal: AbortSignal | undefined,
): Promise<Arrival> {
  const { from, manifest, indexes } = shipment;
  const image = await readImage(from, manifest.digest);
  const id = rootOf(shipment);
  const before = await store.holdings(signal);
  const lacking = lackingLayers(image, before);
  await checkUnsent(shipment, image, { lacking, signal, receiver: ctr.name });
  const sent = new Set(lacking.map(({ digest }) => digest));
  const stdin = writeImageArchive({
    from,
    image,
    leaveOut: new Set(manifest.layers.map(({ digest }) => digest).filter((digest) => !sent.has(digest))),
    unpackZstd: false,
    indexes,
    name: incomingName(id),
  });
  store.forget();
  // Blobs that came in before an import broke off are garbage, and it takes them away by itself.
  const result = await ctr.ask(['images', 'import', '--snapshotter', before.snapshotter, '-'], {
    stdin,
    signal,
    timeoutMs: limits.engineTransferMs,
  });
  const [now, found] = await Promise.all([store.holdings(signal), resolve(ctr, incomingName(id))]);
  const missing = missingOf(image, now);
  if (result.status === 0 && missing === undefined && found === id)
    return { id, fresh: lacking.length > 0, sent: lacking };
  await forget(ctr, incomingName(id));
  throw result.status === 0
    ? notTaken(ctr, id, missing ?? `the name ${incomingName(id)}`)
    : untaken(ctr.name, id, engineComplaint(result));
}

interface Check {
  readonly receiver: string;
  readonly lacking: readonly Descriptor[];
  readonly signal: AbortSignal | undefined;
}

/** A layer that is there under its diff id may not be the one that the manifest names: what can be read is compared. */
async function checkUnsent(
  { from }: Shipment,
  image: ArchivedImage,
  { receiver, lacking, signal }: Check,
): Promise<void> {
  for (const { blob, diffId } of layersOf(image)) {
    throwIfInterrupted(signal);
    const isThere = await from.hasBlob(blob.digest);
    const isSent = lacking.some(({ digest }) => digest === blob.digest);
    if (isSent && !isThere) {
      throw new Failure(
        'blob-left-out',
        `${receiver} does not hold ${blob.digest}, and the bundle leaves it out`,
        {
          hint: 'Run `lockkeeper bundle complete` on the bundle, then load it again.',
        },
      );
    }
    if (!isSent && isThere) await checkLayer(from, blob, diffId);
  }
}

interface Naming {
  readonly shipment: Shipment;
  readonly arrival: Arrival;
  readonly name: Reference;
}

async function give(ctr: Ctr, { shipment, arrival, name }: Naming): Promise<Identity> {
  const written = formatReference(name);
  const incoming = incomingName(arrival.id);
  const tagged = await ctr.ask(['images', 'tag', '--force', incoming, written]);
  if (tagged.status !== 0) {
    throw new Failure(
      'image-unloadable',
      `${ctr.name} does not call ${arrival.id} ${written}: ${engineComplaint(tagged)}`,
    );
  }
  const [found] = await Promise.all([resolve(ctr, written), forget(ctr, incoming)]);
  if (found !== arrival.id) {
    throw new Failure(
      'image-unloadable',
      `in ${ctr.name}, ${written} stands for ${found ?? 'nothing'} and not for ${arrival.id}`,
      { hint: 'Somebody else moves this name, or containerd does not do what it says; load it again.' },
    );
  }
  for (const { digest } of [...shipment.indexes, shipment.manifest]) {
    const { status, stdout } = await ctr.ask(['content', 'get', digest]);
    if (status !== 0 || digestOf(stdout, digestAlgorithm(digest)) !== digest)
      throw notTaken(ctr, arrival.id, `the bytes of ${digest}`);
  }
  return { kind: 'manifest', digest: arrival.id };
}

/** What a name stands for there. */
async function resolve(ctr: Ctr, name: string): Promise<Digest | undefined> {
  const { stdout } = await ctr.ask(['images', 'ls', `name==${name}`]);
  const row = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([written]) => written === name);
  return row?.find((word) => isDigest(word));
}

/** Takes a name of ours away; that it is not there is as good. */
async function forget(ctr: Ctr, name: string): Promise<void> {
  await ctr.ask(['images', 'rm', name]);
}

function rootOf({ indexes, manifest }: Shipment): Digest {
  return (indexes[0] ?? manifest).digest;
}

// No registry can be called that (RFC 2606).
function incomingName(id: Digest): string {
  return `lockkeeper.invalid/incoming:${digestAlgorithm(id)}-${digestHex(id).slice(0, 64)}`;
}

function notTaken(ctr: Ctr, id: Digest, what: string): Failure {
  return new Failure('image-unloadable', `${ctr.name} says that it has ${id}, but it lacks ${what}`, {
    hint: 'The program that stands before containerd does not do what it says; no name was moved by then.',
  });
}
