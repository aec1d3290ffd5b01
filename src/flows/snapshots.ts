import path from 'node:path';
import type { Snapshot, Worktrees } from '../ports/worktree.ts';

/** The source of each suite, copied once for all trials of a gate; suites with the same source share it. */
export class SourceSnapshots implements AsyncDisposable {
  readonly #directory: string;
  readonly #worktrees: Worktrees;
  readonly #without: readonly (string | undefined)[];
  readonly #made = new Map<string, Promise<Snapshot>>();

  /** @param ours folders that we write into ourselves, absolute: a bundle or ledger in the repository is no source */
  constructor(directory: string, worktrees: Worktrees, ours: readonly (string | undefined)[]) {
    this.#directory = directory;
    this.#worktrees = worktrees;
    this.#without = ours;
  }

  /** `source` as it stands in the config: absolute, or relative to its folder. */
  of(source: string): Promise<Snapshot> {
    const folder = path.resolve(this.#directory, source);
    const known = this.#made.get(folder);
    if (known !== undefined) return known;
    const made = this.#worktrees.open(folder, this.#without).then((worktree) => worktree.snapshot());
    this.#made.set(folder, made);
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const made of await Promise.allSettled(this.#made.values())) {
      if (made.status === 'fulfilled') await made.value[Symbol.asyncDispose]();
    }
  }
}
