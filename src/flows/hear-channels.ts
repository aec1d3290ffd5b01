import { Failure } from '../base/failure.ts';
import type { PlatformSource } from '../model/platform-profile.ts';
import { formatPlatform, samePlatform, type Platform } from '../model/platform.ts';
import { probeOutcome } from '../stages/build/lifecycle/outcome.ts';
import { describeLifecycleEnd } from '../stages/build/lifecycle/end.ts';
import type { LifecycleRun } from '../stages/build/lifecycle/run.ts';
import { saidVersions, spokenRuntime } from '../stages/build/lifecycle/said-version.ts';
import type { HeardChannel, Refusal } from '../stages/parity/heard.ts';
import { lifecycleGround, type GroundOrder, type LifecycleFlowTools } from './lifecycle-ground.ts';
import { probe } from './probe.ts';
import { resolveProfile } from './platform-profile.ts';
import type { Watching } from './tools.ts';

/** Runs the builders of a platform on one repository after the other. */
export interface ChannelListener {
  /**
   * What each deploying channel makes of a folder, absolute.
   * @throws Failure `engine-*`, `registry-*`, `image-unloadable`, `path-*`, `interrupted`
   */
  readonly hear: (folder: string) => Promise<Heard>;
}

export interface Heard {
  readonly heard: readonly HeardChannel[];
  /** Those whose build ended in a way that tells nothing. `why`: a sentence without a full stop. Foreign text. */
  readonly silent: readonly { readonly channel: string; readonly why: string }[];
}

export interface ListenOrder {
  readonly source: PlatformSource;
  /** The processor that the platform builds on. */
  readonly platform: Platform;
  readonly engine: GroundOrder['engine'];
  readonly limits: GroundOrder['limits'];
}

/**
 * Looks up what the platform builds with, once for all repositories.
 * @throws Failure `engine-*`, `document-*`, and `usage` where the engine is of another processor
 */
export async function channelListener(
  { source, platform, engine: wanted, limits }: ListenOrder,
  tools: LifecycleFlowTools,
  watching: Watching,
): Promise<ChannelListener> {
  const engine = await tools.engines.find(wanted, watching.signal);
  if (!samePlatform(engine.platform, platform)) {
    const [has, wants] = [engine.platform, platform].map(formatPlatform);
    throw new Failure(
      'usage',
      `the platform builds on ${wants}, and the engine of this machine runs ${has}`,
      {
        hint: 'Watch with --level L2 here, or run it where the engine is of that processor.',
      },
    );
  }
  const { channels, deploys } = await resolveProfile(source, platform, tools, watching);
  const deploying = channels.filter(({ channel }) => deploys.includes(channel.name));
  return {
    hear: async (folder) => {
      const heard: HeardChannel[] = [];
      const silent: { readonly channel: string; readonly why: string }[] = [];
      for (const channel of deploying) {
        const order = { channel, platform, folder, out: undefined, engine: engine.kind, limits };
        await using ground = await lifecycleGround(order, tools, watching);
        const { end, said } = await probe(ground, channel.channel.name, watching);
        const versions = saidVersions(said);
        const outcome = probeOutcome(end, versions);
        if (outcome === 'unknown') {
          silent.push({ channel: channel.channel.name, why: describeLifecycleEnd(end, said) });
          continue;
        }
        heard.push({
          channel: channel.channel.name,
          builder: channel.builder.digest,
          refusal: outcome === 'refuses' ? refusalOf({ end, said }) : undefined,
          versions,
        });
      }
      return { heard, silent };
    },
  };
}

/** A buildpack that gave up; where no group takes the application, none of them speaks of a runtime. */
function refusalOf({ end, said }: Pick<LifecycleRun, 'end' | 'said'>): Refusal | undefined {
  const buildpack = end.kind === 'build-failed' ? end.buildpack : undefined;
  const runtime = buildpack === undefined ? undefined : spokenRuntime(buildpack);
  if (buildpack === undefined || runtime === undefined) return undefined;
  return { buildpack, runtime, why: describeLifecycleEnd(end, said) };
}
