import path from 'node:path';
import { canonicalJson } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import { describeEngine, type Engine, type EngineKind } from '../model/engine.ts';
import { formatImageSource, type ImageSource } from '../model/image-source.ts';
import type { Platform } from '../model/platform.ts';
import type {
  BuildLimits,
  InjectedBuildpack,
  ResolvedChannel,
  ResolvedImage,
} from '../model/platform-profile.ts';
import { formatReference, parseReference, pinReference, type Reference } from '../model/reference.ts';
import type { Repository } from '../ports/repository.ts';
import type { ContainerLimits, Runner, SourceFile } from '../ports/runner.ts';
import type { Snapshot } from '../ports/worktree.ts';
import {
  buildpackOf,
  buildpackageFiles,
  buildpackageVersion,
  folderBuildpackFiles,
} from '../stages/build/lifecycle/injected.ts';
import { versionIn, type PlacedBuildpack } from '../stages/build/lifecycle/order.ts';
import type { LifecycleOrder } from '../stages/build/lifecycle/spec.ts';
import type { OpenedImage } from './image-contents.ts';
import { openImages, platformImages } from './open-images.ts';
import type { ProfileTools } from './platform-profile.ts';
import type { Tools, Watching } from './tools.ts';

export type LifecycleFlowTools = Tools & ProfileTools;

/** A builder in an engine, and an application beside it: all that runs of its lifecycle share. */
export interface LifecycleGround extends AsyncDisposable {
  readonly engine: Engine;
  readonly runner: Runner;
  readonly channel: ResolvedChannel;
  /** Undefined where there is none to be had. */
  readonly runImage: (OpenedImage & { readonly resolved: ResolvedImage }) | undefined;
  readonly app: Snapshot;
  /** Over all that goes in but the API. */
  readonly inputs: Digest;
  order(run: LifecycleRunOptions): LifecycleOrder;
}

export interface LifecycleRunOptions {
  readonly platformApi: string;
  readonly network: 'none' | 'default';
  readonly timeoutMs: number;
}

export interface GroundOrder {
  readonly channel: ResolvedChannel;
  readonly platform: Platform;
  /** Folder of the application; absolute. */
  readonly folder: string;
  /** Where the image is to be written; absolute. It often lies in the application, and is no part of it. */
  readonly out: string | undefined;
  readonly engine: EngineKind | undefined;
  /** Of lockkeeper.yaml, where the platform says nothing. */
  readonly limits: Pick<ContainerLimits, 'memoryBytes' | 'pids' | 'diskBytes'> & {
    readonly cpus: number | undefined;
  };
}

/** @throws Failure `engine-*`, `registry-*`, `image-unloadable`, `content-refused`, `path-*` */
export async function lifecycleGround(
  { channel: resolved, platform, folder, out, engine: wanted, limits: own }: GroundOrder,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<LifecycleGround> {
  const { channel, builder } = resolved;
  const engine = await tools.engines.find(wanted, watching.signal);
  watching.observe({ kind: 'engine-found', engine: describeEngine(engine) });
  const [before, after] = [
    await placeAll(channel.before, resolved, { platform, tools, watching }),
    await placeAll(channel.after, resolved, { platform, tools, watching }),
  ];
  const injected = [...before, ...after];
  const runImage = await openRunImage(resolved, platform, tools, watching);
  const repository = await repositoryOf(builder.source, tools, watching);
  watching.observe({ kind: 'fetch-started', reference: pinnedName(builder) });
  const loader = tools.loaderOf(engine);
  const loaded = await loader.load(repository, builder.manifest.digest, watching.signal, {
    heldIsEnough: true,
  });
  const app = await (await tools.worktrees.open(folder, [out])).snapshot();
  const allowed = limitsOf(channel.limits, own, engine);
  return {
    engine,
    runner: tools.runnerOf(engine),
    channel: resolved,
    runImage,
    app,
    inputs: digestOf(
      canonicalJson({
        builder: builder.manifest.digest,
        runImage: runImage?.manifest.digest ?? null,
        before: before.map(inputOf),
        after: after.map(inputOf),
        env: channel.env,
        app: app.state.tree ?? null,
      }),
    ),
    order: ({ platformApi, network, timeoutMs }) => ({
      builder: loaded,
      facts: builder.facts,
      runImage:
        runImage === undefined
          ? undefined
          : { ...runImage, reference: lifecycleReference(runImage.resolved) },
      before,
      after,
      async *injected() {
        for (const each of injected) yield* each.files();
      },
      app: () => app.files(),
      env: channel.env,
      platformApi,
      network,
      limits: { ...allowed, timeoutMs: Math.min(channel.limits.timeMs ?? timeoutMs, timeoutMs) },
    }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** `name@digest`, for the record. */
export function pinnedName({ source, digest }: ResolvedImage): string {
  if (source.kind === 'registry') return formatReference(pinReference(source.reference, digest));
  return `${formatImageSource(source)}@${digest}`;
}

interface Placed extends PlacedBuildpack {
  readonly content: Digest | undefined;
  readonly files: () => AsyncIterable<SourceFile>;
}

interface Placing {
  readonly platform: Platform;
  readonly tools: LifecycleFlowTools;
  readonly watching: Watching;
}

function inputOf({ id, version, optional, content }: Placed): Record<string, string | boolean | null> {
  return { id, version, optional, content: content ?? null };
}

async function placeAll(
  injected: readonly InjectedBuildpack[],
  channel: ResolvedChannel,
  placing: Placing,
): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  for (const each of injected) placed.push(await place(each, channel, placing));
  return placed;
}

async function place(
  { id, version, optional, from }: InjectedBuildpack,
  { builder }: ResolvedChannel,
  { platform, tools, watching }: Placing,
): Promise<Placed> {
  const known = (found: string | undefined, where: string): string => {
    const certain = version ?? found;
    if (certain !== undefined) return certain;
    throw new Failure('config-invalid', `${where} does not tell which version of ${id} is meant`, {
      hint: 'Give its version where lockkeeper.yaml names it.',
    });
  };
  switch (from.kind) {
    case 'builder': {
      const found = known(versionIn(builder.facts, id), 'the builder');
      return { id, version: found, optional, content: undefined, files: noFiles };
    }
    case 'image': {
      const { repository, manifest, config } = await openOne(
        { kind: 'registry', reference: from.reference },
        platform,
        tools,
        watching,
      );
      const told = buildpackageVersion(config.labels, id);
      const found = known(told, formatReference(from.reference));
      const files = (): AsyncIterable<SourceFile> => buildpackageFiles(repository, manifest);
      return { id, version: found, optional, content: manifest.digest, files };
    }
    case 'folder': {
      const worktree = await tools.worktrees.open(from.path);
      const told = await buildpackOf(worktree.files(), from.path);
      if (told.id !== id || (version !== undefined && told.version !== version))
        throw new Failure(
          'config-invalid',
          `${path.join(from.path, 'buildpack.toml')} is of ${told.id} ${told.version}, not of ${id} ${version ?? ''}`,
        );
      const content = (await worktree.state()).tree;
      return { ...told, optional, content, files: () => folderBuildpackFiles(worktree.files(), told) };
    }
  }
}

async function* noFiles(): AsyncGenerator<SourceFile> {
  // The builder has them.
}

async function openRunImage(
  { runImage }: ResolvedChannel,
  platform: Platform,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<LifecycleGround['runImage']> {
  if (runImage === undefined) return undefined;
  return { ...(await openOne(pinnedSource(runImage), platform, tools, watching)), resolved: runImage };
}

/** What was resolved once is asked for by its digest from then on. */
function pinnedSource({ source, digest }: ResolvedImage): ImageSource {
  return source.kind === 'registry'
    ? { kind: 'registry', reference: pinReference(source.reference, digest) }
    : source;
}

async function openOne(
  source: ImageSource,
  platform: Platform,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<OpenedImage> {
  const [opened] = await openImages([source], tools, watching);
  const [offered] = opened === undefined ? [] : await platformImages(opened, platform);
  if (offered === undefined)
    throw new Failure('manifest-missing', `${formatImageSource(source)} holds no image`);
  return offered.open();
}

async function repositoryOf(
  source: ImageSource,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<Repository> {
  if (source.kind === 'registry')
    return tools.registries.open(source.reference.registry, source.reference.repository);
  const [opened] = await openImages([source], tools, watching);
  if (opened === undefined)
    throw new Failure('manifest-missing', `${formatImageSource(source)} holds no image`);
  return opened.repository;
}

/** The name under which the lifecycle finds the run image, which is also what it writes into labels. */
function lifecycleReference({ source }: ResolvedImage): Reference {
  if (source.kind !== 'registry') return parseReference('lockkeeper.invalid/run:latest');
  const { reference } = source;
  if (reference.tag === undefined || reference.digest === undefined) return reference;
  const { registry, repository, tag } = reference;
  return parseReference(`${registry}/${repository}:${tag}`);
}

function limitsOf(
  platform: BuildLimits,
  own: GroundOrder['limits'],
  engine: Engine,
): Omit<ContainerLimits, 'timeoutMs'> {
  return {
    memoryBytes: Math.min(platform.memoryBytes ?? limits.lifecycleMemoryBytes, engine.memoryBytes),
    cpus: platform.cpus ?? own.cpus ?? engine.cpus,
    pids: Math.max(own.pids, limits.lifecyclePids),
    diskBytes: platform.diskBytes ?? Math.max(own.diskBytes, limits.lifecycleDiskBytes),
  };
}
