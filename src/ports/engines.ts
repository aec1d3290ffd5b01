import type { Engine, EngineKind } from '../model/engine.ts';

/** Finds container engines. */
export interface Engines {
  /**
   * The engine to work with: the one asked for, else the first that works, docker before podman.
   * @throws Failure `engine-missing`, `engine-unreachable`, `engine-refused`
   */
  find(wanted: EngineKind | undefined, signal?: AbortSignal): Promise<Engine>;
  /** All that are there, each with what is wrong with it. For `doctor`. */
  examine(signal?: AbortSignal): Promise<readonly EngineExamination[]>;
}

export type EngineExamination =
  | { readonly kind: EngineKind; readonly state: 'works'; readonly engine: Engine }
  | { readonly kind: EngineKind; readonly state: 'missing' }
  | { readonly kind: EngineKind; readonly state: 'broken'; readonly message: string; readonly hint: string };
