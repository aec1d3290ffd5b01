import type { Agent, AgentOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { limits } from '../../base/limits.ts';
import { Agent as PlainAgent } from '../../base/node-http.ts';

/** Keeps connections for a moment, so that the next request finds one. */
export const keeping = {
  keepAlive: true,
  timeout: limits.connectionKeptMs,
} as const satisfies AgentOptions;

/** The connections to one kind of host, over http and https. */
export class Agents {
  readonly #options: AgentOptions & { readonly lookup?: LookupFunction };
  #plain: Agent | undefined;
  #secure: Agent | undefined;

  /** `lookup` looks up the names of hosts; undefined: as this machine does. */
  constructor(lookup?: LookupFunction) {
    this.#options = lookup === undefined ? keeping : { ...keeping, lookup };
  }

  async get(isSecure: boolean): Promise<Agent> {
    if (!isSecure) return (this.#plain ??= new PlainAgent(this.#options));
    const { Agent: SecureAgent } = await import('node:https');
    return (this.#secure ??= new SecureAgent(this.#options));
  }

  destroy(): void {
    this.#plain?.destroy();
    this.#secure?.destroy();
  }
}
