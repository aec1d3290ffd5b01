import { builderConfig } from '../../flows/builder-config.ts';
import { channelListener, type ChannelListener } from '../../flows/hear-channels.ts';
import { choosePlatform } from '../../flows/parity-check.ts';
import type { Watching } from '../../flows/tools.ts';
import type { Config } from '../../model/definition.ts';
import type { Platform } from '../../model/platform.ts';
import { hearingTools } from '../../wire/hearing.ts';
import type { CommandInput, Context } from '../command.ts';

export interface Hearing {
  readonly wired: Awaited<ReturnType<typeof hearingTools>>;
  readonly listener: (asked: Asked, watching: Watching) => Promise<ChannelListener>;
}

interface Asked {
  readonly input: CommandInput;
  readonly config: Config | undefined;
  readonly platform: Platform;
}

/** What asks the builders themselves (level L3). */
export async function hear({ env, signal, cwd }: Context): Promise<Hearing> {
  const wired = await hearingTools(env, signal);
  return {
    wired,
    listener: ({ input, config, platform }, watching) => {
      // A builder that is named alone is a platform of one channel.
      const builder = input.value('--builder');
      const alone = builderConfig({ folder: cwd, builder: builder ?? 'none', runImage: undefined }).config;
      const { platforms, gate, companions } = builder === undefined ? (config ?? alone) : alone;
      const profile = builder === undefined ? input.value('--profile') : undefined;
      return channelListener(
        { source: choosePlatform(platforms, profile), platform, engine: gate.engine, limits: gate },
        wired.for({ companions }),
        watching,
      );
    },
  };
}
