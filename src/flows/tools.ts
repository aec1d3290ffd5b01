import type { Clock } from '../base/clock.ts';
import type { Engine } from '../model/engine.ts';
import type { Observer } from '../model/event.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { Builder } from '../ports/builder.ts';
import type { Engines } from '../ports/engines.ts';
import type { Exporter } from '../ports/exporter.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Layouts } from '../ports/layout.ts';
import type { Ledgers } from '../ports/ledger.ts';
import type { Loader } from '../ports/loader.ts';
import type { Registries } from '../ports/repository.ts';
import type { Runner } from '../ports/runner.ts';
import type { Worktrees } from '../ports/worktree.ts';

/**
 * What a flow may touch of the outside. `wire/hermetic` fills it without any credential, `wire/connected` with the
 * person's own: the type is the same, so that no flow can tell, and none can reach for more than it was given.
 */
export interface Tools {
  readonly engines: Engines;
  readonly builderOf: (engine: Engine) => Builder;
  readonly exporterOf: (engine: Engine) => Exporter;
  readonly loaderOf: (engine: Engine) => Loader;
  readonly runnerOf: (engine: Engine) => Runner;
  readonly registries: Registries;
  readonly layouts: Layouts;
  readonly layerCache: LayerCache;
  readonly ledgers: Ledgers;
  readonly worktrees: Worktrees;
  readonly configFiles: ConfigFiles;
  readonly clock: Clock;
  /** A new name that nobody else uses, for sets and runs. */
  readonly newId: () => string;
}

/** How a flow speaks while it works, and how it is stopped. */
export interface Watching {
  readonly observe: Observer;
  readonly signal: AbortSignal | undefined;
}
