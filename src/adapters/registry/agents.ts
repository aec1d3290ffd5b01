import { Agent as PlainAgent, type AgentOptions } from 'node:http';
import type { Agent as SecureAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { limits } from '../../base/limits.ts';

/** Keeps connections for a moment, so that the next request finds one. */
export const keeping = {
  keepAlive: true,
  timeout: limits.connectionKeptMs,
} as const satisfies AgentOptions;

/** The connections to one kind of host, over http and https. */
export class Agents {
  readonly #options: AgentOptions & { readonly lookup?: LookupFunction };
  #plain: PlainAgent | undefined;
  #secure: SecureAgent | undefined;

  /** `lookup` looks up the names of hosts; undefined: as this machine does. */
  constructor(lookup?: LookupFunction) {
    this.#options = lookup === undefined ? keeping : { ...keeping, lookup };
  }

  async get(isSecure: boolean): Promise<PlainAgent> {
    if (!isSecure) return (this.#plain ??= new PlainAgent(this.#options));
    const { Agent } = await import('node:https');
    return (this.#secure ??= new Agent(this.#options));
  }

  destroy(): void {
    this.#plain?.destroy();
    this.#secure?.destroy();
  }
}
