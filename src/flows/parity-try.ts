import path from 'node:path';
import { bundleDocument, formatBundle } from '../model/bundle.ts';
import { compareBuilds, readBuildLabels } from '../model/build-labels.ts';
import type { Candidate } from '../model/candidate.ts';
import type { Config, PlatformOrigin } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import type { LifecycleEnd, LifecycleSaid, SaidVersion } from '../model/lifecycle.ts';
import type { Platform } from '../model/platform.ts';
import type { ResolvedChannel } from '../model/platform-profile.ts';
import { formatReference, type Reference } from '../model/reference.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { describeLifecycleEnd } from '../stages/build/lifecycle/end.ts';
import { probeOutcome, type ProbeOutcome } from '../stages/build/lifecycle/outcome.ts';
import { notHandedOn, passedOver, type PassedOver } from '../stages/parity/passed-over.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import type { RuntimePin } from '../model/runtime-pin.ts';
import type { Trees } from '../ports/file-tree.ts';
import { saidVersions } from '../stages/build/lifecycle/said-version.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import { setOf } from './bundle-create.ts';
import { buildOnPlatform, channelOf } from './build-on-platform.ts';
import { openImage } from './image-contents.ts';
import {
  lifecycleGround,
  pinnedName,
  type LifecycleFlowTools,
  type LifecycleGround,
} from './lifecycle-ground.ts';
import { platformImages } from './open-images.ts';
import { probe } from './probe.ts';
import type { Watching } from './tools.ts';

export interface ParityTryOrder {
  readonly config: Config;
  /** Name of the image, in the bundle and in sentences. */
  readonly image: string;
  readonly origin: PlatformOrigin;
  /** Folder of the bundle, absolute; undefined: nothing is built, only asked. */
  readonly out: string | undefined;
  /** The name of the image that is deployed now; undefined: nothing is compared. */
  readonly deployed: Reference | undefined;
}

/** `ignores`: it takes the repository, and passes over a version that is pinned there. */
export type TryOutcome = ProbeOutcome | 'ignores';

export type ParityTryTools = LifecycleFlowTools & { readonly trees: Trees };

/** What a platform's own builder made of a repository, or said of it. */
export interface TriedOnPlatform {
  readonly channel: ResolvedChannel;
  readonly platform: Platform;
  /** `name@digest`. */
  readonly builder: string;
  readonly runImage: string | undefined;
  readonly platformApi: string;
  readonly end: LifecycleEnd;
  /** How it ended, and which buildpack said what: a sentence without a full stop. */
  readonly sentence: string;
  readonly outcome: TryOutcome;
  readonly passedOver: readonly PassedOver[];
  readonly said: LifecycleSaid;
  readonly versions: readonly SaidVersion[];
  readonly durationMs: number;
  /** Undefined: nothing was built. */
  readonly candidate: Candidate | undefined;
  readonly deployed: DeployedBuild | undefined;
  readonly notices: readonly string[];
}

export interface DeployedBuild {
  readonly reference: string;
  /** Undefined: the name does not exist. */
  readonly digest: Digest | undefined;
  /** How it was made differently, as sentences without a full stop. */
  readonly differences: readonly string[];
}

/**
 * Runs a platform's own lifecycle in its own builder on a repository. Without `out` the build has no network, so it ends
 * where it would download, and what was resolved until then is told. With `out` the image becomes the candidate of a
 * bundle.
 * @throws Failure `build-failed` where a bundle was wanted, `lifecycle-unsupported`, `engine-*`, `registry-*`, `interrupted`
 */
export async function tryOnPlatform(
  order: ParityTryOrder,
  tools: ParityTryTools,
  watching: Watching,
): Promise<TriedOnPlatform> {
  const { config, origin, out } = order;
  const engine = await tools.engines.find(config.gate.engine, watching.signal);
  const { platform } = engine;
  const channel = await channelOf(config, origin, { platform, tools, watching });
  const folder = path.resolve(config.directory, origin.source);
  const limits = config.gate;
  await using ground = await lifecycleGround(
    { channel, platform, folder, out, engine: engine.kind, limits },
    tools,
    watching,
  );
  const { pins } = await readPins(await tools.trees.open(folder));
  const trying: Trying = { order, ground, platform, pins, tools, watching };
  return await (out === undefined ? ask(trying) : build(trying, out));
}

interface Trying {
  readonly order: ParityTryOrder;
  readonly ground: LifecycleGround;
  readonly platform: Platform;
  readonly pins: readonly RuntimePin[];
  readonly tools: LifecycleFlowTools;
  readonly watching: Watching;
}

async function ask(trying: Trying): Promise<TriedOnPlatform> {
  const { ground, order, watching } = trying;
  const { end, said, durationMs, platformApi, notices } = await probe(ground, order.image, watching);
  const told = whatItSaid({ end, said }, trying.pins);
  return {
    ...sharedParts(trying, platformApi),
    ...told,
    durationMs,
    candidate: undefined,
    deployed: undefined,
    notices: [...notices, ...told.notices],
  };
}

async function build(trying: Trying, out: string): Promise<TriedOnPlatform> {
  const { order, ground, platform, tools, watching } = trying;
  const source = await (await tools.worktrees.open(order.config.directory, [out])).state();
  const layout = await tools.layouts.openOrCreate(out);
  return layout.exclusively(async () => {
    const { image, origin } = order;
    const input = { image, ground, platform, profile: origin.platform, network: origin.network };
    const built = await buildOnPlatform(input, layout, tools, watching);
    const { candidate } = built;
    const members = [candidate];
    const createdAt = tools.clock.now().toISOString();
    const bundle = {
      schemaVersion: 1,
      set: setOf(members),
      createdAt,
      source,
      members,
      baselines: [],
      leftOut: [],
    } as const;
    await layout.putDocument(bundleDocument, formatBundle(bundle));
    const { end, said, durationMs } = built.run;
    const told = whatItSaid({ end, said }, trying.pins);
    return {
      ...sharedParts(trying, built.platformApi),
      ...told,
      durationMs,
      candidate,
      deployed: await compareDeployed(trying, layout, candidate),
      notices: [...built.notices, ...told.notices],
    };
  });
}

function whatItSaid(
  { end, said }: Pick<TriedOnPlatform, 'end' | 'said'>,
  pins: readonly RuntimePin[],
): Pick<TriedOnPlatform, 'end' | 'said' | 'sentence' | 'versions' | 'outcome' | 'passedOver' | 'notices'> {
  const versions = saidVersions(said);
  const over = passedOver(pins, versions);
  const kept = notHandedOn(pins, versions);
  const probed = probeOutcome(end, versions);
  const taken = over.length > 0 ? 'ignores' : kept.length > 0 ? 'unknown' : 'takes';
  const outcome = probed === 'takes' ? taken : probed;
  const notices = kept.map(
    ({ pin: { place, runtime, text }, by: { version } }) =>
      `${place.file}:${place.line} asks for ${runtime} ${text}, and this build took ${version ?? 'another'}: whether the platform hands that on to the buildpacks cannot be told here`,
  );
  return {
    end,
    said,
    sentence: describeLifecycleEnd(end, said),
    versions,
    outcome,
    passedOver: over,
    notices,
  };
}

function sharedParts(
  { ground, platform }: Trying,
  platformApi: string,
): Pick<TriedOnPlatform, 'channel' | 'platform' | 'builder' | 'runImage' | 'platformApi'> {
  const { channel, runImage } = ground;
  const { source, manifest } = channel.builder;
  return {
    channel,
    platform,
    builder: pinnedName({ source, digest: manifest.digest }),
    runImage: runImage === undefined ? undefined : pinnedName(runImage.resolved),
    platformApi,
  };
}

/** Labels of a deployed image need no right on the platform. A name that does not exist yet is no fault. */
async function compareDeployed(
  { order, platform, tools }: Trying,
  layout: Layout,
  candidate: Candidate,
): Promise<DeployedBuild | undefined> {
  const { deployed } = order;
  if (deployed === undefined) return undefined;
  const reference = formatReference(deployed);
  const repository = tools.registries.open(deployed.registry, deployed.repository);
  const { descriptor } = await resolve(deployed, { repository, clock: tools.clock });
  if (descriptor === undefined) return { reference, digest: undefined, differences: [] };
  const [offered] = await platformImages({ name: reference, repository, descriptor }, platform);
  const old = offered === undefined ? undefined : readBuildLabels((await offered.open()).config.labels);
  const made = readBuildLabels(await labelsIn(layout, candidate.digest));
  const differences =
    old === undefined || made === undefined
      ? ['the deployed image was not made by buildpacks, or its labels cannot be read']
      : compareBuilds(old, made);
  return { reference, digest: descriptor.digest, differences };
}

async function labelsIn(repository: Repository, manifest: Digest): Promise<Readonly<Record<string, string>>> {
  return (await openImage({ repository, manifest })).config.labels;
}
