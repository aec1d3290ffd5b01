import { MemoryLayerCache } from '../../src/adapters/layer-cache/memory.ts';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { DiskConfigFiles } from '../../src/adapters/config-file/disk.ts';
import { MemoryLedgers } from '../../src/adapters/ledger/memory.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { MemoryDocuments } from '../../src/adapters/documents/memory.ts';
import { MemoryRegistries } from '../../src/adapters/registry/memory.ts';
import { diskWorktrees } from '../../src/adapters/worktree/worktrees.ts';
import { streamOf } from '../../src/base/stream.ts';
import type { LifecycleFlowTools } from '../../src/flows/lifecycle-ground.ts';
import type { Watching } from '../../src/flows/tools.ts';
import { readConfig } from '../../src/model/config.ts';
import type { Config } from '../../src/model/definition.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import type { Event } from '../../src/model/event.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { TrialEnd } from '../../src/model/trial.ts';
import type { Loader } from '../../src/ports/loader.ts';
import type { Repository } from '../../src/ports/repository.ts';
import type { ContainerRun, ContainerSpec, Runner } from '../../src/ports/runner.ts';
import { FakeClock } from './fake-clock.ts';
import { rawLayer } from './layers.ts';
import { sampleEngine } from './sample-engine.ts';

/**
 * What a container of one image does with a command: how it ends, and what it prints. One that takes no `run` is not
 * asked about no-ops, which end well.
 */
export type Behaviour = (spec: ContainerSpec, run: number) => Outcome;

interface Outcome {
  readonly end?: TrialEnd;
  readonly stdout?: string;
}

const exitedWell: TrialEnd = { kind: 'exited', status: 0 };
const passing: Behaviour = () => ({ stdout: tap({ works: true }) });

/** A small world for flows: registries in memory, layouts and sources on disk, containers that are functions. */
export interface World {
  readonly folder: string;
  readonly config: Config;
  readonly tools: LifecycleFlowTools;
  readonly watching: Watching;
  readonly events: readonly Event[];
  readonly runs: readonly ContainerSpec[];
  /** What the containers of an image do; an image without a behaviour passes its only test. */
  readonly behave: (image: Digest, behaviour: Behaviour) => void;
  /** Puts an image of one layer into a repository; its content tells images apart. */
  readonly push: (name: string, tag: string, content: string, env?: readonly string[]) => Promise<Digest>;
  readonly repository: (name: string) => Repository;
  readonly pushIndex: (
    name: string,
    tag: string,
    images: Readonly<Record<string, string>>,
  ) => Promise<Digest>;
}

export const registry = 'registry.example.org';

/** One image and one suite; more keys may follow. */
export const plainConfig = `
version: 1
images:
  ci:
    baseline: ${registry}/ci:latest
    image: ${registry}/ci:next
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

/** TAP of tests by name. */
export function tap(results: Readonly<Record<string, boolean>>): string {
  const lines = Object.entries(results).map(
    ([name, passed], index) => `${passed ? 'ok' : 'not ok'} ${index + 1} - ${name}`,
  );
  return [`TAP version 13`, `1..${lines.length}`, ...lines, ''].join('\n');
}

export async function makeWorld(t: TestContext, configText: string): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-world-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'source'));
  await writeFile(path.join(folder, 'source/test.sh'), 'true\n');
  const behaviours = new Map<Digest, Behaviour>();
  const events: Event[] = [];
  const runs: ContainerSpec[] = [];
  const registries = new MemoryRegistries();
  const repository = (name: string): Repository => registries.open(registry, name);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  let ids = 0;
  const clock = new FakeClock();
  const tools: LifecycleFlowTools = {
    engines: {
      find: () => Promise.resolve(engine),
      examine: () => Promise.resolve([{ kind: 'docker', state: 'works', engine }]),
    },
    builderOf: () => ({ build: () => Promise.reject(new Error('nothing is built in this world')) }),
    exporterOf: () => ({ export: () => Promise.reject(new Error('no engine holds images in this world')) }),
    loaderOf: () => loader,
    runnerOf: () => memoryRunner(behaviours, runs),
    registries,
    documents: new MemoryDocuments(),
    scratch: () => Promise.reject(new Error('no engine hands out images in this world')),
    layouts: diskLayouts,
    layerCache: new MemoryLayerCache(),
    ledgers: new MemoryLedgers(() => clock.now().getTime()),
    worktrees: diskWorktrees({ env, temporary: folder }),
    configFiles: new DiskConfigFiles(),
    clock,
    newId: () => `id-${(ids += 1)}`,
  };
  return {
    folder,
    config: readConfig(configText, 'lockkeeper.yaml', folder),
    tools,
    watching: { observe: (event) => void events.push(event), signal: undefined },
    events,
    runs,
    behave: (image, behaviour) => void behaviours.set(image, behaviour),
    push: async (name, tag, content, variables) =>
      (await pushImage(repository(name), { tag, content, env: variables, architecture: 'amd64' })).digest,
    repository,
    pushIndex: (name, tag, images) => pushIndex(repository(name), tag, images),
  };
}

const engine = sampleEngine({ memoryBytes: 8e9 });

const loader: Loader = {
  lacks: () => Promise.resolve([]),
  load: async (from, digest) => {
    const manifest = await from.manifest(digest);
    if (manifest.kind !== 'manifest') throw new Error('an index is not loaded');
    return { id: manifest.config.digest, manifest: digest, fresh: true, sent: [] };
  },
};

function memoryRunner(behaviours: ReadonlyMap<Digest, Behaviour>, runs: ContainerSpec[]): Runner {
  const counts = new Map<Digest, number>();
  return {
    run: (spec, signal): Promise<ContainerRun> => {
      signal?.throwIfAborted();
      runs.push(spec);
      const isNoop = spec.results.kind === 'nothing';
      const run = (counts.get(spec.image.manifest) ?? 0) + (isNoop ? 0 : 1);
      counts.set(spec.image.manifest, run);
      const behaviour = behaviours.get(spec.image.manifest) ?? passing;
      const idle = isNoop && behaviour.length < 2;
      const { end = exitedWell, stdout = '' }: Outcome = idle ? {} : behaviour(spec, run);
      return Promise.resolve({
        end,
        output: { bytes: stdout.length, head: stdout, tail: '', omittedBytes: 0 },
        collected: { kind: 'files', files: isNoop ? [] : [{ path: 'stdout', bytes: Buffer.from(stdout) }] },
        startedAt: '2026-11-21T00:00:00.000Z',
        durationMs: 1000,
      });
    },
  };
}

interface ImageOrder {
  readonly tag: string | undefined;
  readonly content: string;
  readonly architecture: string;
  readonly env?: readonly string[] | undefined;
}

async function pushImage(
  repository: Repository,
  { tag, content, architecture, env }: ImageOrder,
): Promise<Manifest> {
  const layer = rawLayer([{ name: 'opt/app/content.txt', content }]);
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture,
      ...(env !== undefined && { config: { Env: env } }),
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    }),
  );
  const put = async (
    bytes: Buffer,
    mediaType: string,
  ): Promise<{ mediaType: string; digest: Digest; size: number }> => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await repository.putBlob(descriptor, () => streamOf([bytes]));
    return descriptor;
  };
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: await put(config, mediaTypes.ociConfig),
    layers: [await put(layer, mediaTypes.ociLayer)],
  };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest);
  await repository.putManifest(manifest, tag);
  return manifest;
}

async function pushIndex(
  repository: Repository,
  tag: string,
  images: Readonly<Record<string, string>>,
): Promise<Digest> {
  const manifests = [];
  for (const [architecture, content] of Object.entries(images)) {
    const manifest = await pushImage(repository, { tag: undefined, content, architecture });
    manifests.push(descriptorOf(manifest, { os: 'linux', architecture }));
  }
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  const index = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociIndex);
  await repository.putManifest(index, tag);
  return index.digest;
}
