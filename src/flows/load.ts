import { isFailure } from '../base/failure.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { bothOf } from '../base/parallel.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Delivery, ReceiverPlace, Reception } from '../model/delivery.ts';
import { formatReference } from '../model/reference.ts';
import type { Layout, Layouts } from '../ports/layout.ts';
import type { Receiver, Receivers } from '../ports/receiver.ts';
import { leftOutFailure, type Lack } from './load-lacks.ts';
import { namesOf, type NamedMember, type NameOrder } from './load-names.ts';
import { shipmentFor, type MemberShipment } from './load-shipment.ts';
import { readBundle } from './open-bundle.ts';
import type { Watching } from './tools.ts';

export interface LoadOrder extends NameOrder {
  /** Folder of the bundle. */
  readonly bundle: string;
  readonly into: ReceiverPlace;
}

export interface LoadTools {
  readonly layouts: Layouts;
  readonly receivers: Receivers;
}

/**
 * Hands the images of a bundle to every receiver of a place. Nothing is changed anywhere before all of them are known to
 * get all that they need. What one receiver does wrong is its own result and does not keep the others from theirs.
 * @throws Failure `receiver-missing`, `blob-left-out`, `platform-unsupported`, and whatever opening and asking throws
 */
export async function loadBundle(
  order: LoadOrder,
  tools: LoadTools,
  watching: Watching,
): Promise<readonly Reception[]> {
  // Both take a while. What is wrong with the bundle is told first: it is wrong for every receiver.
  const [{ layout, bundle, members }, receivers] = await bothOf(
    openNamed(order, tools.layouts),
    tools.receivers.find(order.into, watching.signal),
  );
  const loads = await Promise.all(
    receivers.map(async (receiver) => ({
      receiver,
      shipments: await shipmentsFor(receiver, layout, members),
    })),
  );
  const silent = await checkLacks(loads, {
    layout,
    bundle,
    bundleName: order.bundleName,
    signal: watching.signal,
  });
  const receptions: Reception[] = [];
  for (const load of loads) receptions.push(silent.get(load.receiver) ?? (await loadInto(load, watching)));
  return receptions;
}

interface OpenedBundle {
  readonly layout: Layout;
  readonly bundle: Bundle;
  readonly members: readonly NamedMember[];
}

async function openNamed(order: LoadOrder, layouts: Layouts): Promise<OpenedBundle> {
  const layout = await layouts.open(order.bundle);
  const bundle = await readBundle(layout);
  return { layout, bundle, members: namesOf(bundle, order) };
}

/** What one receiver is to get. */
interface ReceiverLoad {
  readonly receiver: Receiver;
  readonly shipments: readonly MemberShipment[];
}

function shipmentsFor(
  { name, platform }: Receiver,
  layout: Layout,
  members: readonly NamedMember[],
): Promise<readonly MemberShipment[]> {
  return Promise.all(members.map((member) => shipmentFor(layout, member, { name, platform })));
}

interface LackCheck {
  readonly layout: Layout;
  readonly bundle: Bundle;
  readonly bundleName: string;
  readonly signal: AbortSignal | undefined;
}

/** Returns how those fared that cannot even be asked. @throws Failure `blob-left-out` */
async function checkLacks(
  loads: readonly ReceiverLoad[],
  check: LackCheck,
): Promise<ReadonlyMap<Receiver, Reception>> {
  const lacks: Lack[] = [];
  const silent = new Map<Receiver, Reception>();
  for (const load of loads) {
    const { receiver } = load;
    try {
      for (const blob of await lacksOf(load, check))
        if (!(await check.layout.hasBlob(blob.digest))) lacks.push({ receiver: receiver.name, blob });
    } catch (failure) {
      throwIfInterrupted(check.signal);
      if (!isFailure(failure)) throw failure;
      silent.set(receiver, { receiver: receiver.name, state: 'failed', deliveries: [], failure });
    }
  }
  if (lacks.length > 0) throw leftOutFailure(lacks, check);
  return silent;
}

async function lacksOf(
  { receiver, shipments }: ReceiverLoad,
  { signal }: LackCheck,
): Promise<readonly Descriptor[]> {
  const lacking: Descriptor[] = [];
  for (const { shipment } of shipments) lacking.push(...(await receiver.lacks(shipment, signal)));
  return lacking;
}

async function loadInto(load: ReceiverLoad, watching: Watching): Promise<Reception> {
  const receiver = load.receiver.name;
  const deliveries: Delivery[] = [];
  try {
    for (const shipment of load.shipments) deliveries.push(await deliver(load.receiver, shipment, watching));
    return { receiver, state: 'loaded', deliveries };
  } catch (error) {
    throwIfInterrupted(watching.signal);
    if (!isFailure(error)) throw error;
    return { receiver, state: 'failed', deliveries, failure: error };
  }
}

/** All is there, then it starts, then the name moves: whoever finds the name finds an image that was proven. */
async function deliver(
  receiver: Receiver,
  { member, shipment }: MemberShipment,
  { observe, signal }: Watching,
): Promise<Delivery> {
  const image = member.candidate.image;
  const step = { kind: 'delivery-step', receiver: receiver.name, image } as const;
  const arrival = await receiver.load(shipment, signal);
  const blobs = new Map(shipment.manifest.layers.map((blob) => [blob.digest, blob]));
  const bytes = arrival.sent.reduce((sum, { size }) => sum + size, 0);
  const layers = arrival.sent.length;
  const held = blobs.size - layers;
  observe({ ...step, step: { kind: 'sent', layers, bytes, held } });
  const name = formatReference(member.name);
  try {
    await receiver.start(shipment, arrival, signal);
    observe({ ...step, step: { kind: 'started' } });
    const identity = await receiver.give(shipment, arrival, member.name);
    observe({ ...step, step: { kind: 'named', name } });
    return { image, name, identity, layers: { sent: layers, sentBytes: bytes, held }, started: 'no-op' };
  } catch (error) {
    // A receiver that has gone takes nothing away either; why it failed is what the person has to know.
    await Promise.allSettled([receiver.withdraw(arrival)]);
    throw error;
  }
}
