import path from 'node:path';
import { throwIfInterrupted } from '../base/interruption.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { Candidate, PlatformBuild } from '../model/candidate.ts';
import type { Config, ImageDefinition, PlatformOrigin } from '../model/definition.ts';
import { describeEngine } from '../model/engine.ts';
import type { BuildpackName } from '../model/builder-facts.ts';
import { descriptorOf, type ImageManifest } from '../model/manifest.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { PlatformSource, ResolvedChannel, ResolvedProfile } from '../model/platform-profile.ts';
import { attachArtifact } from '../ports/artifact.ts';
import { copyImage } from '../ports/copy.ts';
import type { Layout } from '../ports/layout.ts';
import { mediaTypes } from '../model/media-type.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import { builderRecord } from '../model/builder-record.ts';
import { formatStatement } from '../model/statement.ts';
import { describeLifecycleEnd } from '../stages/build/lifecycle/end.ts';
import { apiForExport } from '../stages/build/lifecycle/platform-api.ts';
import { buildWithLifecycle, type LifecycleRun } from '../stages/build/lifecycle/run.ts';
import {
  lifecycleGround,
  pinnedName,
  type LifecycleFlowTools,
  type LifecycleGround,
} from './lifecycle-ground.ts';
import { resolveProfile } from './platform-profile.ts';
import type { Watching } from './tools.ts';

export interface PlatformBuildOrder {
  /** Name of the image, and its tag in the layout. */
  readonly image: string;
  readonly ground: LifecycleGround;
  readonly platform: Platform;
  /** Names of lockkeeper.yaml, for the record. */
  readonly profile: string;
  readonly network: 'none' | 'default';
}

export interface BuiltOnPlatform {
  readonly candidate: Candidate;
  readonly run: LifecycleRun;
  readonly platformApi: string;
  /** What is other than on the platform, as sentences. */
  readonly notices: readonly string[];
}

/** The platform of an image in lockkeeper.yaml, looked up, and its channel. @throws Failure `name-unknown`, and what looking up throws */
export async function channelOf(
  config: Pick<Config, 'platforms' | 'file'>,
  { platform: name, channel }: Pick<PlatformOrigin, 'platform' | 'channel'>,
  {
    platform,
    tools,
    watching,
  }: { readonly platform: Platform; readonly tools: LifecycleFlowTools; readonly watching: Watching },
): Promise<ResolvedChannel> {
  const source = config.platforms.find((each) => platformName(each) === name);
  if (source === undefined)
    throw new Failure('name-unknown', `there is no platform ${JSON.stringify(name)} in ${config.file}`, {
      hint:
        config.platforms.length === 0
          ? 'Describe it under platforms, as docs/guides/parity.md shows.'
          : `There is ${config.platforms.map(platformName).join(', ')}.`,
    });
  return pickChannel(await resolveProfile(source, platform, tools, watching), channel);
}

/** @throws Failure `name-unknown`, or why the channel could not be looked up */
function pickChannel(profile: ResolvedProfile, wanted: string | undefined): ResolvedChannel {
  const name = wanted ?? profile.deploys[0] ?? '';
  const found = profile.channels.find(({ channel }) => channel.name === name);
  if (found !== undefined) return found;
  const failed = profile.failed.find((each) => each.name === name);
  if (failed !== undefined) throw failed.failure;
  const names = [
    ...profile.channels.map(({ channel }) => channel.name),
    ...profile.failed.map((each) => each.name),
  ];
  throw new Failure('name-unknown', `${profile.name} has no channel ${JSON.stringify(name)}`, {
    hint: `It has ${names.join(', ')}.`,
  });
}

function platformName(source: PlatformSource): string {
  return source.kind === 'own' ? source.profile.name : source.name;
}

export interface ImageOnPlatform {
  readonly config: Config;
  readonly image: Pick<ImageDefinition, 'name'>;
  readonly origin: PlatformOrigin;
  /** Folder of the layout; absolute. */
  readonly out: string;
}

/** Looks the platform of an image of lockkeeper.yaml up, and builds it there. @throws Failure as {@link channelOf} and {@link buildOnPlatform} */
export async function buildImageOnPlatform(
  { config, image, origin, out }: ImageOnPlatform,
  into: Layout,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<BuiltOnPlatform> {
  const engine = await tools.engines.find(config.gate.engine, watching.signal);
  const { platform } = engine;
  const channel = await channelOf(config, origin, { platform, tools, watching });
  const folder = path.resolve(config.directory, origin.source);
  const order = { channel, platform, folder, out, engine: engine.kind, limits: config.gate };
  await using ground = await lifecycleGround(order, tools, watching);
  const { network } = origin;
  return await buildOnPlatform(
    { image: image.name, ground, platform, profile: origin.platform, network },
    into,
    tools,
    watching,
  );
}

/**
 * Builds a candidate as the platform does: its own lifecycle, in its own builder, on its own run image, each by digest.
 * A record of it lies beside the image as an artifact, for others to read.
 * @throws Failure `build-failed` with what a buildpack said, `lifecycle-unsupported`, `content-*`, `engine-*`, `interrupted`
 */
export async function buildOnPlatform(
  order: PlatformBuildOrder,
  into: Layout,
  tools: LifecycleFlowTools,
  { observe, signal }: Watching,
): Promise<BuiltOnPlatform> {
  const { image, ground, platform, profile, network } = order;
  const { channel: resolved, runImage } = ground;
  const api = apiForExport(resolved.builder.facts.lifecycle, resolved.channel.platformApi);
  if (runImage === undefined) throw runImageMissing(resolved);
  if (api === undefined) throw tooOld(resolved);
  throwIfInterrupted(signal);
  await copyImage(runImage.repository, into, runImage.manifest.digest, {
    onBlob: ({ digest, size }, result) => observe({ kind: 'blob-copied', digest, size, result }),
  });
  const startedAt = tools.clock.now().toISOString();
  observe({ kind: 'build-started', image, platform: formatPlatform(platform) });
  const run = await buildWithLifecycle(
    ground.order({ platformApi: api.version, network, timeoutMs: limits.lifecycleBuildMs }),
    { into, tag: image },
    { runner: ground.runner, onLine: (line) => observe({ kind: 'build-output', image, line }), signal },
  );
  const { manifest } = run;
  if (manifest === undefined) throw notBuilt(`${image} does not build on ${profile}`, run, network);
  observe({ kind: 'build-ended', image, digest: manifest.digest, durationMs: run.durationMs });
  const made = { api: api.version, runImage, startedAt, buildpacks: run.group };
  const origin = originOf(order, made);
  await attachRecord(into, order, manifest, origin);
  const { digest, mediaType } = manifest;
  const platforms = [{ platform: formatPlatform(platform), manifest: digest }];
  return {
    candidate: { image, digest, mediaType, platforms, origin },
    run,
    platformApi: api.version,
    notices: api.notice === undefined ? [] : [api.notice],
  };
}

interface Made {
  readonly api: string;
  readonly runImage: NonNullable<LifecycleGround['runImage']>;
  readonly startedAt: string;
  readonly buildpacks: readonly BuildpackName[];
}

function originOf(
  { ground, profile }: PlatformBuildOrder,
  { api, runImage, startedAt, buildpacks }: Made,
): PlatformBuild {
  const { channel, builder } = ground.channel;
  return {
    kind: 'platform',
    platform: profile,
    channel: channel.name,
    builder: pinnedName({ source: builder.source, digest: builder.manifest.digest }),
    runImage: pinnedName({ source: runImage.resolved.source, digest: runImage.manifest.digest }),
    platformApi: api,
    lifecycle: builder.facts.lifecycle?.version,
    buildpacks: buildpacks.map(({ id, version }) => `${id}@${version}`.slice(0, 500)),
    inputs: ground.inputs,
    builtBy: describeEngine(ground.engine),
    startedAt,
  };
}

async function attachRecord(
  into: Layout,
  { image, ground, network }: PlatformBuildOrder,
  manifest: ImageManifest,
  origin: PlatformBuild,
): Promise<void> {
  const { state: source } = ground.app;
  const statement = builderRecord({ subject: manifest.digest, image, origin, source, network });
  const annotations = { [annotationKeys.predicateType]: statement.predicateType };
  const bytes = formatStatement(statement);
  await attachArtifact(into, {
    subject: descriptorOf(manifest),
    artifactType: mediaTypes.statement,
    layers: [{ mediaType: mediaTypes.statement, bytes, title: 'builder.json', annotations }],
    createdAt: origin.startedAt,
  });
}

function notBuilt(what: string, { end, said }: LifecycleRun, network: 'none' | 'default'): Failure {
  return new Failure('build-failed', `${what}: ${describeLifecycleEnd(end, said)}`, {
    hint:
      network === 'none'
        ? 'The build had no network. Where buildpacks have to download what they install, give --network, or network: default in lockkeeper.yaml.'
        : 'Run the same command with --verbose to see all that the lifecycle says.',
  });
}

function runImageMissing({ channel, troubles }: ResolvedChannel): Failure {
  const failure = troubles.find(({ what }) => what === 'run image')?.failure;
  return new Failure(
    'manifest-missing',
    `the channel ${channel.name} has no run image that could be had${failure === undefined ? '' : `: ${failure.message}`}`,
    {
      hint: `Name it as run-image of the channel in lockkeeper.yaml.`,
      ...(failure !== undefined && { cause: failure }),
    },
  );
}

function tooOld({ channel, builder }: ResolvedChannel): Failure {
  const { lifecycle } = builder.facts;
  const says =
    lifecycle === undefined
      ? 'says nothing of its lifecycle'
      : `has lifecycle ${lifecycle.version ?? ''}, which speaks platform API ${lifecycle.platformApis.join(', ')}`;
  return new Failure(
    'lifecycle-unsupported',
    `the builder of the channel ${channel.name} ${says}; an image is taken out as an OCI layout, which needs 0.12 to 0.15`,
    {
      hint: '`lockkeeper parity try` without --out runs detection and build, and makes no image.',
    },
  );
}
