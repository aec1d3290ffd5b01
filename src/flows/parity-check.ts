import { Failure } from '../base/failure.ts';
import type { ImageSource } from '../model/image-source.ts';
import { formatImageSource } from '../model/image-source.ts';
import { parityLevels, type ParityAnswer, type ParityLevel } from '../model/parity-answer.ts';
import type { SeenChannel } from '../model/parity-watch.ts';
import type { JudgedChannel, JudgedPin, ParityReport } from '../model/parity-report.ts';
import type { Platform } from '../model/platform.ts';
import type { PlatformSource, ResolvedBuilder, ResolvedProfile } from '../model/platform-profile.ts';
import type { Runtime, RuntimePin } from '../model/runtime-pin.ts';
import type { Trees } from '../ports/file-tree.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import type { ChannelOffer } from '../stages/parity/ceilings.ts';
import { disagreementsOf } from '../stages/parity/disagreements.ts';
import { installersOf } from '../stages/parity/installers.ts';
import { judgePin, type KnownBuildpack, type Repo } from '../stages/parity/judge-pin.ts';
import { readPins, type PinsRead } from '../stages/parity/read-pins.ts';
import { remedyOf } from '../stages/parity/remedy.ts';
import { seriesOffered } from '../stages/parity/resolve-version.ts';
import { belowRoot } from './scan.ts';
import { builderReader, type BuilderReader } from './builder-image.ts';
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
  /** Those that some channel's builder is known to install. */
  readonly runtimes: readonly Runtime[];
  /** What each deploying channel has of a runtime. */
  readonly offersOf: (runtime: Runtime) => Promise<readonly ChannelOffer[]>;
  readonly failed: ParityReport['failed'];
  readonly judge: (read: PinsRead) => Promise<ParityReport>;
}

/** All runtime pins of a folder, judged on each channel. @throws Failure `path-*`, `document-*`, `config-*` */
export async function parityCheck(
  directory: string,
  order: CheckedAgainst,
  tools: ParityTools,
  watching: Watching,
): Promise<{ readonly report: ParityReport; readonly below: string }> {
  const tree = await tools.trees.open(directory);
  const read = await readPins(tree);
  const judge = await platformJudge(order, tools, watching);
  return { report: await judge.judge(read), below: belowRoot(tree) };
}

/** @throws Failure `document-*`, and of the registry where the only builder cannot be had */
export async function platformJudge(
  order: CheckedAgainst,
  tools: ParityTools,
  watching: Watching,
): Promise<PlatformJudge> {
  const reader = builderReader(order.platform, tools, watching);
  const resolved = await channelsOf(order, { tools, watching, reader });
  const knowledge = await tools.knowledge.all();
  const tables = new Map<string, ReturnType<typeof buildpackTable>>();
  const installed = resolved.channels.map((channel) => ({
    channel,
    installers: installersOf(channel.builder.facts, knowledge),
  }));
  const knownFor = async (at: number, runtime: Runtime): Promise<KnownBuildpack | undefined> => {
    const found = installed[at];
    const installer = found?.installers.get(runtime);
    if (found === undefined || installer === undefined) return undefined;
    const { builder } = found.channel;
    const key = `${builder.manifest.digest} ${installer.buildpack.id}`;
    const wantsTable = parityLevels.indexOf(order.level) >= parityLevels.indexOf('L1');
    const table = !wantsTable
      ? undefined
      : (tables.get(key) ??
        buildpackTable(
          { ...installer, builder, repository: resolved.repositoryOf(builder) },
          tools.layerCache,
        ));
    if (table !== undefined) tables.set(key, table);
    return { builder: builder.digest, ...installer, table: await table };
  };
  const channels = resolved.channels.map(({ name, builder, deploys, isCi }) => ({
    name,
    builder: formatImageSource(builder.source),
    digest: builder.digest,
    deploys,
    isCi,
  }));
  return {
    channels,
    failed: resolved.failed,
    seen: resolved.channels.map(({ name, builder }) => ({
      name,
      digest: builder.digest,
      buildpacks: builder.facts.buildpacks.map(({ id, version }) => ({ id, version })),
    })),
    runtimes: [...new Set(installed.flatMap(({ installers }) => [...installers.keys()]))],
    offersOf: async (runtime) => {
      const offers = await Promise.all(
        resolved.channels.map(async ({ name, deploys, validUntil }, at) => {
          const known = deploys ? await knownFor(at, runtime) : undefined;
          if (known === undefined) return [];
          const { id, version } = known.buildpack;
          return [{ channel: name, by: `${id} ${version}`, series: seriesOffered(known), validUntil }];
        }),
      );
      return offers.flat();
    },
    judge: async (read) => {
      const pins: JudgedPin[] = [];
      for (const pin of read.pins)
        pins.push(await judgeEverywhere(pin, { channels, knownFor, repo: read, level: order.level }));
      const disagreements = disagreementsOf(read.pins);
      return { channels, failed: resolved.failed, pins, disagreements, unread: read.faults };
    },
  };
}

interface FoundChannel {
  readonly name: string;
  readonly builder: ResolvedBuilder;
  readonly deploys: boolean;
  readonly isCi: boolean;
  readonly validUntil: string | undefined;
}

interface FoundChannels {
  readonly channels: readonly FoundChannel[];
  readonly failed: ParityReport['failed'];
  readonly repositoryOf: (builder: ResolvedBuilder) => Repository;
}

async function channelsOf(
  { against, platform }: CheckedAgainst,
  {
    tools,
    watching,
    reader,
  }: {
    readonly tools: ParityTools;
    readonly watching: Watching;
    readonly reader: BuilderReader;
  },
): Promise<FoundChannels> {
  if (against.kind === 'builder') {
    const builder = await reader.builder(against.source);
    const channels = [{ name: 'builder', builder, deploys: true, isCi: false, validUntil: undefined }];
    return { channels, failed: [], repositoryOf: reader.repositoryOf };
  }
  const profile = await resolveProfile(against, platform, { ...tools, builders: reader }, watching);
  return { channels: foundChannels(profile), failed: profile.failed, repositoryOf: reader.repositoryOf };
}

function foundChannels({ channels, deploys, ci }: ResolvedProfile): readonly FoundChannel[] {
  return channels.map(({ channel: { name }, builder, validUntil }) => ({
    name,
    builder,
    validUntil,
    deploys: deploys.includes(name),
    isCi: name === ci,
  }));
}

interface Everywhere {
  readonly channels: readonly JudgedChannel[];
  readonly knownFor: (at: number, runtime: Runtime) => Promise<KnownBuildpack | undefined>;
  readonly repo: Repo;
  readonly level: ParityLevel;
}

async function judgeEverywhere(
  pin: RuntimePin,
  { channels, knownFor, repo, level }: Everywhere,
): Promise<JudgedPin> {
  const known = await Promise.all(channels.map((_, at) => knownFor(at, pin.runtime)));
  const answers = channels.map(({ name }, at) => ({
    channel: name,
    answer: upTo(level, answerOf(pin, known[at], repo)),
  }));
  const deploying = channels.flatMap(({ name, deploys }, at) =>
    deploys ? [{ name, known: known[at] }] : [],
  );
  return { pin, answers, remedy: remedyOf(answers, deploying) };
}

function answerOf(pin: RuntimePin, known: KnownBuildpack | undefined, repo: Repo): ParityAnswer {
  if (known !== undefined) return judgePin(pin, known, repo);
  const why = `no buildpack of the builder is known to install ${pin.runtime}`;
  return { kind: 'unknown', why, evidence: undefined };
}

/** What a deeper level than the one that was asked for would tell is not told. */
function upTo(level: ParityLevel, answer: ParityAnswer): ParityAnswer {
  const deepest = answer.evidence?.level;
  if (deepest === undefined || parityLevels.indexOf(deepest) <= parityLevels.indexOf(level)) return answer;
  return { kind: 'unknown', why: `it takes level ${deepest} to tell`, evidence: undefined };
}

/** The platform that is meant; undefined: lockkeeper.yaml names none. @throws Failure `name-unknown`, `usage` */
export function choosePlatform(
  platforms: readonly PlatformSource[],
  wanted: string | undefined,
): PlatformSource {
  const named = platforms.map((source) => ({
    name: source.kind === 'own' ? source.profile.name : source.name,
    source,
  }));
  const names = named.map(({ name }) => name).join(', ');
  if (wanted !== undefined) {
    const found = named.find(({ name }) => name === wanted);
    if (found !== undefined) return found.source;
    throw new Failure('name-unknown', `there is no platform ${JSON.stringify(wanted)}`, {
      hint: names === '' ? 'lockkeeper.yaml has no platforms.' : `lockkeeper.yaml has ${names}.`,
    });
  }
  const [only, ...others] = named;
  if (only === undefined) {
    throw new Failure('usage', 'nothing says what the platform builds with', {
      hint: 'Name its builder with --builder IMAGE, or describe the platform under platforms in lockkeeper.yaml.',
    });
  }
  if (others.length > 0)
    throw new Failure('usage', 'lockkeeper.yaml has several platforms', {
      hint: `Say which with --profile: ${names}.`,
    });
  return only.source;
}
