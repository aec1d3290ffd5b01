import { isIP } from 'node:net';
import { Failure } from '../base/failure.ts';
import { isLoopback } from '../base/loopback.ts';
import type { LeftOut } from '../model/bundle.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/image-source.ts';
import type { ServedRequest } from '../model/served-request.ts';
import type { HostedRegistry } from '../ports/hosted-registry.ts';
import type { Layout } from '../ports/layout.ts';
import type {
  HostedLayouts,
  RegistryFolders,
  RegistryServers,
  RunningRegistry,
} from '../ports/registry-server.ts';
import { knownLayers } from './bundle-known.ts';
import { describeCapture } from './captured-bundle.ts';
import { leftOutBlobs } from './left-out-blobs.ts';
import { readBundle } from './open-bundle.ts';
import type { Tools } from './tools.ts';

export interface ServeTools extends Tools {
  readonly servers: RegistryServers;
  readonly folders: RegistryFolders;
  readonly hostedLayouts: HostedLayouts;
}

/** What is offered. */
export type Offer =
  /** A registry in a folder, for everything that tools do with registries. */
  | { readonly kind: 'registry'; readonly folder: string }
  /** A folder with a bundle, or a new one, to push into. Whoever receives it has, or can get, the layers of `thinAgainst`. */
  | { readonly kind: 'capture'; readonly bundle: string; readonly thinAgainst: readonly ImageSource[] }
  /** A bundle to pull from. What it leaves out is looked for in the layouts `from` first. */
  | { readonly kind: 'serve'; readonly bundle: string; readonly from: readonly string[] };

export interface ServeRegistryOrder {
  readonly offer: Offer;
  /** An IP address of this machine. */
  readonly listen: string;
  /** 0: one that is free. */
  readonly port: number;
  /** The person knows that whoever reaches this address can read, replace and delete everything. */
  readonly isExposed: boolean;
}

/**
 * Offers images to other tools for as long as `work` runs.
 * @throws Failure `usage`, `listen-refused`, `bundle-*`, `output-exists`, `registry-*`; and whatever `work` throws
 */
export async function serveRegistry<T>(
  order: ServeRegistryOrder,
  tools: ServeTools,
  options: {
    readonly observe: (served: ServedRequest) => void;
    readonly work: (running: RunningRegistry) => Promise<T>;
  },
): Promise<T> {
  checkAddress(order);
  const serving = async (registry: HostedRegistry): Promise<T> => {
    const { listen, port } = order;
    const running = await tools.servers.start({ registry, listen, port, observe: options.observe });
    try {
      return await options.work(running);
    } finally {
      await running.close();
    }
  };
  const { offer } = order;
  switch (offer.kind) {
    case 'registry':
      return tools.folders.hold(offer.folder, serving);
    case 'capture':
      return capture(offer, tools, serving);
    case 'serve':
      return serveBundle(offer, tools, serving);
  }
}

async function capture<T>(
  { bundle, thinAgainst }: Extract<Offer, { kind: 'capture' }>,
  tools: ServeTools,
  serving: (registry: HostedRegistry) => Promise<T>,
): Promise<T> {
  const known = await knownLayers(thinAgainst, undefined, tools);
  const find = (digest: Digest): LeftOut | undefined => known.get(digest);
  const near = await openAll(
    thinAgainst.flatMap((source) => (source.kind === 'layout' ? [source.path] : [])),
    tools,
  );
  const layout = await tools.layouts.openOrCreate(bundle);
  return layout.exclusively(async () => {
    const onChange = (): Promise<void> =>
      describeCapture({ layout, known: find, now: tools.clock.now().toISOString() });
    // A process that was killed may have stored an image and not listed it.
    await onChange();
    const elsewhere = leftOutBlobs({ path: layout.path, find, near, registries: tools.registries });
    const result = await serving(await tools.hostedLayouts.open({ path: layout.path, elsewhere, onChange }));
    // Of pushes that were broken off.
    await layout.removeUnnamed();
    return result;
  });
}

async function serveBundle<T>(
  { bundle, from }: Extract<Offer, { kind: 'serve' }>,
  tools: ServeTools,
  serving: (registry: HostedRegistry) => Promise<T>,
): Promise<T> {
  const layout = await tools.layouts.open(bundle);
  const { leftOut } = await readBundle(layout);
  const listed = new Map<Digest, LeftOut>(leftOut.map((each) => [each.digest, each]));
  const elsewhere = leftOutBlobs({
    path: layout.path,
    find: (digest) => listed.get(digest),
    near: await openAll(from, tools),
    registries: tools.registries,
  });
  return serving(await tools.hostedLayouts.open({ path: layout.path, elsewhere, onChange: undefined }));
}

async function openAll(places: readonly string[], { layouts }: ServeTools): Promise<readonly Layout[]> {
  const opened: Layout[] = [];
  for (const place of places) opened.push(await layouts.open(place));
  return opened;
}

function checkAddress({ listen, isExposed }: ServeRegistryOrder): void {
  if (isIP(listen) === 0)
    throw new Failure('usage', `${JSON.stringify(listen)} is no IP address to listen on`, {
      hint: 'Leave --listen out for 127.0.0.1, or write an address of this machine.',
    });
  if (isLoopback(listen) || isExposed) return;
  throw new Failure(
    'usage',
    `${listen} is reached from other machines, and this registry asks nobody who they are`,
    {
      hint: 'Whoever reaches it can read, replace and delete all images in it, over plain HTTP. If that is what you want, add --expose.',
    },
  );
}
