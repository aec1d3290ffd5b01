import type { Platform } from './platform.ts';

export type EngineKind = 'docker' | 'podman';

/** The label under which containers of ours can be found after we were killed; its value is the container's name. */
export const containerLabel = 'dev.lockkeeper.container';

/** A container engine that answers, and what it takes to make it work here. Found once a run, then handed on. */
export interface Engine {
  readonly kind: EngineKind;
  /** Program and arguments that stand before every sub-command, such as `podman --runtime runc`. */
  readonly program: string;
  readonly globalArgs: readonly string[];
  /** Extra arguments of `create` and of podman's `build` that this machine needs, such as `--ulimit nofile=…`. */
  readonly createArgs: readonly string[];
  /** Resource flags that this machine honours; one that is absent here cannot be enforced (rootless without cgroups). */
  readonly limits: { readonly memory: boolean; readonly cpus: boolean; readonly pids: boolean };
  /** The whole environment of the program. Holds no credential for a registry. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  /** Version of the client program where it differs. */
  readonly clientVersion: string | undefined;
  /** `classic`: image ids are config digests. `containerd`: image ids are manifest digests. */
  readonly store: 'classic' | 'containerd';
  /** Can `build` use BuildKit, and through what? */
  readonly buildkit: 'none' | 'builtin' | 'buildx';
  readonly platform: Platform;
  readonly rootless: boolean;
  readonly runtime: { readonly name: string; readonly version: string | undefined };
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** The number before the first dot of a version; 0 when there is none. */
export function majorVersion(version: string): number {
  return Number(/^v?([0-9]{1,6})(?:\.|$)/.exec(version)?.[1] ?? 0);
}

/** `docker 28.5.1 (runc 1.3.0, rootless)`. */
export function describeEngine({ kind, version, runtime, rootless }: Engine): string {
  return `${kind} ${version} (${runtime.name}${runtime.version === undefined ? '' : ` ${runtime.version}`}${rootless ? ', rootless' : ''})`;
}
