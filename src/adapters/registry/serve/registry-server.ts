import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import { Failure, systemErrorCode } from '../../../base/failure.ts';
import { invariant } from '../../../base/invariant.ts';
import { limits } from '../../../base/limits.ts';
import { createServer } from '../../../base/node-http.ts';
import { systemClock } from '../../../base/system-clock.ts';
import type { RegistryServers, RunningRegistry, ServeOrder } from '../../../ports/registry-server.ts';
import { Exchange } from './exchange.ts';
import { OpenUploads } from './open-uploads.ts';
import { RegistryService } from './service.ts';

/** Registries over plain HTTP. */
export class HttpRegistryServers implements RegistryServers {
  readonly #clock: Clock;
  readonly #patience: Patience;

  constructor(clock: Clock, patience: Patience = ordinary) {
    this.#clock = clock;
    this.#patience = patience;
  }

  async start({ registry, listen, port, observe }: ServeOrder): Promise<RunningRegistry> {
    const uploads = new OpenUploads(this.#clock);
    const service = new RegistryService(registry, uploads);
    const running = new Set<Promise<void>>();
    const server = httpServer(this.#patience, (request, response) => {
      const answering = new Exchange(request, response).run(service).then(observe);
      const settled = answering.finally(() => running.delete(settled));
      running.add(settled);
    });
    await listening(server, listen, port);
    return {
      host: hostOf(server),
      async close() {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
        await Promise.allSettled(running);
        await uploads.cancelAll();
      },
    };
  }
}

/** How long a client may take, in milliseconds. */
export interface Patience {
  readonly headersMs: number;
  /** While nothing moves. */
  readonly idleMs: number;
  /** For a whole request. */
  readonly requestMs: number;
}

const ordinary: Patience = {
  headersMs: limits.servedHeadersMs,
  idleMs: limits.servedIdleMs,
  requestMs: limits.servedRequestMs,
};

export const registryServers: RegistryServers = new HttpRegistryServers(systemClock);

function httpServer(
  { headersMs, idleMs, requestMs }: Patience,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.servedHeaderBytesMax,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: headersMs,
      noDelay: true,
    },
    answer,
  );
  server.maxConnections = limits.servedConnectionsMax;
  server.timeout = idleMs;
  return server;
}

/** @throws Failure `listen-refused` */
async function listening(server: Server, listen: string, port: number): Promise<void> {
  server.listen(port, listen);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = systemErrorCode(error);
    const why = reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
    throw new Failure('listen-refused', `cannot listen on ${hostText(listen, port)}: ${why}`, {
      hint: 'Name another one with --port, or 0 for a port that is free.',
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'the operating system does not allow it',
  EADDRNOTAVAIL: 'this machine has no such address',
};

function hostOf(server: Server): string {
  const address = server.address();
  invariant(address !== null && typeof address === 'object', 'a listening server has an address and a port');
  return hostText(address.address, address.port);
}

function hostText(address: string, port: number): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
