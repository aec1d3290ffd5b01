import { Failure } from '../../base/failure.ts';
import type { Ledger, LedgerFile, Ledgers } from '../../ports/ledger.ts';

interface Kept {
  readonly bytes: Uint8Array;
  readonly writtenMs: number;
}

/** Ledgers that last as long as the process. */
export class MemoryLedgers implements Ledgers {
  readonly #ledgers = new Map<string, MemoryLedger>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(name: string): Ledger {
    const ledger = this.#ledgers.get(name) ?? new MemoryLedger(name, this.#now);
    this.#ledgers.set(name, ledger);
    return ledger;
  }
}

class MemoryLedger implements Ledger {
  readonly name: string;
  readonly #files = new Map<string, Map<string, Kept>>();
  readonly #now: () => number;

  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
  }

  list(folder: string): Promise<readonly LedgerFile[]> {
    const files = [...(this.#files.get(folder) ?? [])].map(([name, { writtenMs }]) => ({ name, writtenMs }));
    return Promise.resolve(files.toSorted((one, other) => (one.name < other.name ? -1 : 1)));
  }

  read(folder: string, name: string, bytesMax: number): Promise<Uint8Array | undefined> {
    const kept = this.#files.get(folder)?.get(name);
    if (kept !== undefined && kept.bytes.length > bytesMax) {
      const why = `${name} holds ${kept.bytes.length} bytes; at most ${bytesMax} are read`;
      return Promise.reject(new Failure('path-refused', why));
    }
    return Promise.resolve(kept?.bytes);
  }

  write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const files = this.#files.get(folder) ?? new Map<string, Kept>();
    this.#files.set(folder, files.set(name, { bytes, writtenMs: this.#now() }));
    return Promise.resolve();
  }

  remove(folder: string, name: string): Promise<void> {
    this.#files.get(folder)?.delete(name);
    return Promise.resolve();
  }
}
