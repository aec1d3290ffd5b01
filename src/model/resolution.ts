import type { Descriptor } from './descriptor.ts';
import type { Reference } from './reference.ts';

/** What a name stood for at one instant. It is looked up once; from then on the digest travels. */
export interface Resolution {
  readonly reference: Reference;
  /** ISO 8601, UTC. */
  readonly lookedUpAt: string;
  /** Undefined: the registry says that there is no such name. */
  readonly descriptor: Descriptor | undefined;
}
