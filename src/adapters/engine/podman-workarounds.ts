import { flagAt, textAt } from '../../base/json-path.ts';
import type { Engine } from '../../model/engine.ts';
import type { HostFacts } from './host-facts.ts';

/** crun refuses to run where both versions of cgroups are in use; runc does not mind. */
export function needsAnotherRuntime(info: unknown, host: HostFacts): boolean {
  return isLocal(info) && runtimeOf(info).name === 'crun' && host.hybridCgroups;
}

/**
 * What podman needs to be told on a machine where its defaults do not work.
 * @param info what `podman info` says
 * @param runc version of the runc that is installed; undefined: none, or it was not needed to look
 */
export function podmanWorkarounds(
  info: unknown,
  host: HostFacts,
  runc: string | undefined,
): Pick<Engine, 'globalArgs' | 'createArgs' | 'runtime'> {
  const rootless = flagAt(info, 'host', 'security', 'rootless') === true;
  // Rootless podman keeps to what its user may; the machine of a remote one is not ours to judge.
  const createArgs = isLocal(info) && !rootless ? ulimitArgs(host) : [];
  return needsAnotherRuntime(info, host) && runc !== undefined
    ? { globalArgs: ['--runtime', 'runc'], createArgs, runtime: { name: 'runc', version: runc } }
    : { globalArgs: [], createArgs, runtime: runtimeOf(info) };
}

/** The version in an answer such as `runc version 1.1.5+ds1`. */
export function versionIn(text: string): string | undefined {
  return /\bversion v?([0-9][^\s,]*)/.exec(text)?.[1];
}

/** Podman asks for as much as this even where it may not raise its own limits that far, and then nothing starts. */
const podmanDefaultMax = 1_048_576;

function ulimitArgs({ ceilings }: HostFacts): readonly string[] {
  if (ceilings === undefined) return [];
  const files = Math.min(podmanDefaultMax, ceilings.openFiles);
  const processes = Math.min(podmanDefaultMax, ceilings.processes);
  return ['--ulimit', `nofile=${files}:${files}`, '--ulimit', `nproc=${processes}:${processes}`];
}

function isLocal(info: unknown): boolean {
  return flagAt(info, 'host', 'serviceIsRemote') !== true;
}

function runtimeOf(info: unknown): Engine['runtime'] {
  const version = versionIn(textAt(info, 'host', 'ociRuntime', 'version') ?? '');
  return { name: textAt(info, 'host', 'ociRuntime', 'name') ?? 'unknown', version };
}
