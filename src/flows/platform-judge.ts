import { Failure } from '../base/failure.ts';
import type { ImageSource } from '../model/image-source.ts';
import { formatImageSource } from '../model/image-source.ts';
import { parityLevels, type ParityAnswer, type ParityLevel } from '../model/parity-answer.ts';
import type { ChannelOffer, SeenChannel } from '../model/parity-watch.ts';
import type { JudgedChannel, JudgedPin, ParityReport } from '../model/parity-report.ts';
import type { Platform } from '../model/platform.ts';
import type {
  PlatformChannel,
  PlatformSource,
  ResolvedBuilder,
  ResolvedProfile,
} from '../model/platform-profile.ts';
import type { Runtime, RuntimePin } from '../model/runtime-pin.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { disagreementsOf } from '../stages/parity/disagreements.ts';
import { installersOf, nameOf, type Installer } from '../stages/parity/installers.ts';
import { judgeCandidates } from '../stages/parity/judge-candidates.ts';
import type { KnownBuildpack, Repo } from '../stages/parity/judge-pin.ts';
import type { PinsRead } from '../stages/parity/read-pins.ts';
import { remedyOf } from '../stages/parity/remedy.ts';
import { seriesOfAll } from '../stages/parity/resolve-version.ts';
import { builderReader } from './builder-image.ts';
import { buildpackTable } from './buildpack-tables.ts';
import { resolveProfile, type ProfileTools } from './platform-profile.ts';
import type { Watching } from './tools.ts';

export interface ParityTools extends ProfileTools {
  readonly trees: Trees;
  readonly knowledge: Knowledge;
  readonly layerCache: LayerCache;
}

export interface CheckedAgainst {
  /** A platform of lockkeeper.yaml, or one builder without any config. */
  readonly against: PlatformSource | { readonly kind: 'builder'; readonly source: ImageSource };
  /** The processor that builds. */
  readonly platform: Platform;
  /** The deepest level that may be asked. */
  readonly level: ParityLevel;
}

/** Builders that were looked at, ready to judge any number of repositories. */
export interface PlatformJudge {
  readonly channels: readonly JudgedChannel[];
  /** The same channels, with what their labels say. */
  readonly seen: readonly SeenChannel[];
  /** What each deploying channel has of a runtime. */
  readonly offersOf: (runtime: Runtime) => Promise<readonly ChannelOffer[]>;
  /** Names of the channels that deploy, also of those that could not be looked up. */
  readonly deploys: readonly string[];
  /** Channels that could not be looked up, or not wholly; grows while tables within builders are read. */
  readonly failed: () => ParityReport['failed'];
  readonly judge: (read: PinsRead) => Promise<ParityReport>;
}

/** @throws Failure `document-*`, and of the registry where the only builder cannot be had */
export async function platformJudge(
  order: CheckedAgainst,
  tools: ParityTools,
  watching: Watching,
): Promise<PlatformJudge> {
  const resolved = await channelsOf(order, tools, watching);
  const knownFor = await knownBuildpacks(resolved, order.level, tools);
  const channels = resolved.channels.map(({ name, builder, deploys, isCi }) => ({
    name,
    builder: formatImageSource(builder.source),
    digest: builder.digest,
    deploys,
    isCi,
  }));
  const failed = (): ParityReport['failed'] => [...resolved.failed, ...knownFor.failed()];
  return {
    channels,
    deploys: resolved.deploys,
    failed,
    seen: resolved.channels.map(({ name, builder }) => ({
      name,
      digest: builder.digest,
      buildpacks: builder.facts.buildpacks.map(({ id, version }) => ({ id, version })),
    })),
    offersOf: async (runtime) => {
      const offers = await Promise.all(
        resolved.channels.map(async ({ name, deploys, validUntil }, at) => {
          const known = deploys ? await knownFor.find(at, runtime) : [];
          const by = known.map(({ buildpack }) => nameOf(buildpack)).join(' or ');
          return known.length === 0 ? [] : [{ channel: name, by, series: seriesOfAll(known), validUntil }];
        }),
      );
      return offers.flat();
    },
    judge: async (read) => {
      const pins: JudgedPin[] = [];
      for (const pin of read.pins)
        pins.push(
          await judgeEverywhere(pin, {
            channels: resolved.channels,
            knownFor,
            repo: read,
            level: order.level,
          }),
        );
      const disagreements = disagreementsOf(read.pins);
      return { channels, failed: failed(), pins, disagreements, unread: read.faults };
    },
  };
}

interface KnownBuildpacks {
  /** Channels whose tables could not all be read. */
  readonly failed: () => ParityReport['failed'];
  /** By the number of a channel; empty: nobody knows what installs the runtime there. */
  readonly find: (at: number, runtime: Runtime) => Promise<readonly KnownBuildpack[]>;
}

/** What installs each runtime on each channel; the tables within builders are read when they are first needed. */
async function knownBuildpacks(
  { channels, repositoryOf }: FoundChannels,
  level: ParityLevel,
  { knowledge, layerCache }: ParityTools,
): Promise<KnownBuildpacks> {
  const ids = channels.flatMap(({ builder, adds: { before, after } }) =>
    [...before, ...builder.facts.buildpacks, ...after].map(({ id }) => id),
  );
  const all = await knowledge.of(ids);
  const installed = channels.map(({ builder, adds }) => ({
    builder,
    installers: installersOf(builder.facts, all, adds),
  }));
  const tables = new Map<string, ReturnType<typeof buildpackTable>>();
  const wantsTables = parityLevels.indexOf(level) >= parityLevels.indexOf('L1');
  const failures = new Map<ResolvedBuilder, Failure>();
  const read = async (builder: ResolvedBuilder, installer: Installer): ReturnType<typeof buildpackTable> => {
    try {
      return await buildpackTable({ ...installer, builder, repository: repositoryOf(builder) }, layerCache);
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      failures.set(builder, error);
      return { kind: 'unknown', why: `its list of versions cannot be read: ${error.message}` };
    }
  };
  const tableOf = (builder: ResolvedBuilder, installer: Installer): ReturnType<typeof buildpackTable> => {
    const key = `${builder.manifest.digest} ${nameOf(installer.buildpack)}`;
    const known = tables.get(key) ?? read(builder, installer);
    tables.set(key, known);
    return known;
  };
  return {
    failed: () =>
      channels.flatMap(({ name, builder }) => {
        const failure = failures.get(builder);
        return failure === undefined ? [] : [{ name, failure }];
      }),
    find: async (at, runtime) => {
      const channel = installed[at];
      if (channel === undefined) return [];
      return Promise.all(
        (channel.installers.get(runtime) ?? []).map(async (installer) => {
          const table = wantsTables ? await tableOf(channel.builder, installer) : undefined;
          return { builder: channel.builder.digest, ...installer, table };
        }),
      );
    },
  };
}

interface FoundChannel {
  readonly name: string;
  readonly builder: ResolvedBuilder;
  readonly deploys: boolean;
  readonly isCi: boolean;
  readonly validUntil: string | undefined;
  /** What the platform adds to the builder, and sets for its builds. */
  readonly adds: Pick<PlatformChannel, 'before' | 'after' | 'env'>;
}

interface FoundChannels {
  readonly channels: readonly FoundChannel[];
  readonly failed: ParityReport['failed'];
  readonly deploys: readonly string[];
  readonly repositoryOf: (builder: ResolvedBuilder) => Repository;
}

async function channelsOf(
  { against, platform }: CheckedAgainst,
  tools: ParityTools,
  watching: Watching,
): Promise<FoundChannels> {
  const reader = builderReader(platform, tools, watching);
  const { repositoryOf } = reader;
  if (against.kind === 'builder') {
    const builder = await reader.builder(against.source);
    const adds = { before: [], after: [], env: {} };
    const channels = [{ name: 'builder', builder, deploys: true, isCi: false, validUntil: undefined, adds }];
    return { channels, failed: [], deploys: ['builder'], repositoryOf };
  }
  const profile = await resolveProfile(against, platform, { ...tools, builders: reader }, watching);
  const { failed, deploys } = profile;
  return { channels: foundChannels(profile), failed, deploys, repositoryOf };
}

function foundChannels({ channels, deploys, ci }: ResolvedProfile): readonly FoundChannel[] {
  return channels.map(({ channel: { name, ...adds }, builder, validUntil }) => ({
    name,
    adds,
    builder,
    validUntil,
    deploys: deploys.includes(name),
    isCi: name === ci,
  }));
}

interface Everywhere {
  readonly channels: readonly FoundChannel[];
  readonly knownFor: KnownBuildpacks;
  readonly repo: Repo;
  readonly level: ParityLevel;
}

async function judgeEverywhere(
  pin: RuntimePin,
  { channels, knownFor, repo, level }: Everywhere,
): Promise<JudgedPin> {
  const known = await Promise.all(channels.map((_, at) => knownFor.find(at, pin.runtime)));
  const answers = channels.map(({ name, adds: { env } }, at) => ({
    channel: name,
    answer: upTo(level, judgeCandidates(pin, { known: known[at] ?? [], env }, repo)),
  }));
  const deploying = channels.flatMap(({ name, deploys }, at) =>
    deploys ? [{ name, known: known[at] ?? [] }] : [],
  );
  return { pin, answers, remedy: remedyOf(answers, deploying) };
}

/** What a deeper level than the one that was asked for would tell is not told. */
function upTo(level: ParityLevel, answer: ParityAnswer): ParityAnswer {
  const deepest = answer.evidence?.level;
  if (deepest === undefined || parityLevels.indexOf(deepest) <= parityLevels.indexOf(level)) return answer;
  return { kind: 'unknown', why: `it takes level ${deepest} to tell`, evidence: undefined };
}
