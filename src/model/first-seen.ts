import { digestHex, digestOf, isDigest, type Digest } from './digest.ts';

/**
 * When we first saw a name stand for a digest. Registries do not tell when a tag was moved, so that a digest's age can
 * only be counted from here.
 */
export interface FirstSeen {
  /** The name, spelled out, with its tag. */
  readonly name: string;
  readonly digest: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What is known of all names. Two ledgers that were written apart merge into one: of two instants the earlier counts. */
export class SeenLedger {
  readonly #byName = new Map<string, Map<Digest, string>>();

  constructor(entries: Iterable<FirstSeen> = []) {
    for (const entry of entries) this.#add(entry);
  }

  /** ISO 8601, UTC; undefined: never seen. */
  firstSeen(name: string, digest: Digest): string | undefined {
    return this.#byName.get(name)?.get(digest);
  }

  /** This ledger and what was seen now; equal to this one where nothing is new. */
  with(entries: Iterable<FirstSeen>): SeenLedger {
    return new SeenLedger([...this.entries(), ...entries]);
  }

  /** In the order of names, then of time, then of digests: equal ledgers are equal texts. */
  entries(): readonly FirstSeen[] {
    return [...this.#byName]
      .flatMap(([name, digests]) => [...digests].map(([digest, at]) => ({ name, digest, at })))
      .toSorted((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  }

  #add({ name, digest, at }: FirstSeen): void {
    const digests = this.#byName.get(name) ?? new Map<Digest, string>();
    const known = digests.get(digest);
    if (known === undefined || at < known) digests.set(digest, at);
    this.#byName.set(name, digests);
  }
}

function sortKey({ name, at, digest }: FirstSeen): string {
  return `${name} ${at} ${digest}`;
}

/** The folder of a ledger that holds them. */
export const seenFolder = 'seen';

/** By its content: two runs that saw the same write the same file. */
export function seenName(bytes: Uint8Array): string {
  return `${digestHex(digestOf(bytes)).slice(0, 32)}.txt`;
}

/** One line each, `2026-11-21T12:00:00.000Z sha256:… docker.io/library/node:22`: people read it, and git merges it. */
export function formatSeen(seen: SeenLedger): Uint8Array {
  return new TextEncoder().encode(
    seen
      .entries()
      .map(({ name, digest, at }) => `${at} ${digest} ${name}\n`)
      .join(''),
  );
}

/** Lines that cannot be read are left out: a conflict's marks, or what a later version writes. */
export function parseSeen(bytes: Uint8Array): readonly FirstSeen[] {
  return new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, at, digest, name] =
        /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S+) (\S{1,600})$/.exec(line) ?? [];
      if (at === undefined || digest === undefined || name === undefined) return [];
      return isDigest(digest) && !Number.isNaN(Date.parse(at)) ? [{ name, digest, at }] : [];
    });
}
