import { limits } from '../base/limits.ts';
import { apiForExport, apiForPhases } from '../stages/build/lifecycle/platform-api.ts';
import { probeLifecycle, type LifecycleRun } from '../stages/build/lifecycle/run.ts';
import type { LifecycleGround } from './lifecycle-ground.ts';
import type { Watching } from './tools.ts';

/** What a platform's buildpacks said of an application, until they would have downloaded something. */
export interface Probe extends LifecycleRun {
  readonly platformApi: string;
  /** What is other than on the platform, as sentences. */
  readonly notices: readonly string[];
}

/** Runs detection and build without a network. @param image its name, for the log @throws Failure `interrupted` */
export async function probe(
  ground: LifecycleGround,
  image: string,
  { observe, signal }: Watching,
): Promise<Probe> {
  const { builder, channel, troubles } = ground.channel;
  const { lifecycle } = builder.facts;
  const api = ground.runImage === undefined ? undefined : apiForExport(lifecycle, channel.platformApi);
  const platformApi = api?.version ?? apiForPhases(lifecycle, channel.platformApi);
  const run = await probeLifecycle(
    ground.order({ platformApi, network: 'none', timeoutMs: limits.lifecycleProbeMs }),
    api !== undefined,
    { runner: ground.runner, onLine: (line) => observe({ kind: 'build-output', image, line }), signal },
  );
  const missing = troubles.flatMap(({ what, failure }) => (what === 'run image' ? [failure.message] : []));
  return { ...run, platformApi, notices: [...missing, ...(api?.notice === undefined ? [] : [api.notice])] };
}
