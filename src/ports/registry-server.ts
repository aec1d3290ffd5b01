import type { ServedRequest } from '../model/served-request.ts';
import type { BlobsElsewhere, HostedRegistry } from './hosted-registry.ts';

/** Offers repositories to other tools by the OCI distribution-spec 1.1, over plain HTTP on this machine. */
export interface RegistryServers {
  /** Resolves once it listens. @throws Failure `listen-refused` */
  start(order: ServeOrder): Promise<RunningRegistry>;
}

export interface ServeOrder {
  readonly registry: HostedRegistry;
  /** An address of this machine: `127.0.0.1`, `::1`. */
  readonly listen: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly observe: (served: ServedRequest) => void;
}

export interface RunningRegistry {
  /** `127.0.0.1:5000`, as it stands before a repository's name. */
  readonly host: string;
  /** Ends all connections and takes away the uploads that nobody finished. */
  close(): Promise<void>;
}

/** Registries in a folder of this machine: many repositories, each blob once. */
export interface RegistryFolders {
  /**
   * Opens the registry in a folder, or makes an empty one, and keeps other processes out while `work` runs.
   * @throws Failure `output-exists`, `bundle-busy`, `bundle-invalid`, `file-*`
   */
  hold<T>(folder: string, work: (registry: HostedRegistry) => Promise<T>): Promise<T>;
}

/** A bundle's layout as a registry. `team/ci:v1` is what its index calls `docker.io/team/ci:v1`. */
export interface HostedLayouts {
  /** The layout was opened before, so that it is one: a folder, or an archive. @throws Failure `bundle-invalid`, `file-*` */
  open(order: HostLayoutOrder): Promise<HostedRegistry>;
}

export interface HostLayoutOrder {
  readonly path: string;
  /** What is there to whoever asks, and is not kept here, also when somebody sends it. */
  readonly elsewhere: BlobsElsewhere;
  /**
   * After a manifest or a name was put or taken away, before anybody else may. Where it throws, that never happened.
   * Undefined: nothing can be put or taken away.
   */
  readonly onChange: (() => Promise<void>) | undefined;
}
