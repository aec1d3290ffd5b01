import type { ClientRequest, RequestOptions } from 'node:http';
import { Agent, request as askSecurely } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { request as askPlainly } from '../../base/node-http.ts';
import { hostname } from './address.ts';
import { keeping } from './agents.ts';
import { LateError } from './deadline.ts';
import { proxyLogin, proxyRefuses } from './proxy.ts';
import { isPassing } from './retry.ts';

export interface TunnelOptions {
  /** How long the proxy may take to connect. */
  readonly answerMs: number;
  /** Ends what is asked of the proxy. */
  readonly signal: AbortSignal | undefined;
}

/** Connections over https through a proxy, which passes bytes on and sees none of what they say (RFC 9110, section 9.3.6). */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #options: TunnelOptions;
  /** Of the proxy, which has not answered yet. */
  readonly #asked = new Set<ClientRequest>();
  readonly #giveUp = (): void => {
    for (const asked of this.#asked) asked.destroy();
  };

  constructor(proxy: URL, options: TunnelOptions) {
    super(keeping);
    this.#proxy = proxy;
    this.#options = options;
    options.signal?.addEventListener('abort', this.#giveUp);
  }

  /** Closes the tunnels, and gives up those that are not there yet. */
  override destroy(): void {
    this.#options.signal?.removeEventListener('abort', this.#giveUp);
    this.#giveUp();
    super.destroy();
  }

  override createConnection(
    { host, port }: RequestOptions,
    callback: (error: Error | null, stream?: Duplex) => void,
  ): undefined {
    const proxy = this.#proxy;
    const name = String(host);
    const target = `${isIP(name) === 6 ? `[${name}]` : name}:${port ?? 443}`;
    const ask = proxy.protocol === 'https:' ? askSecurely : askPlainly;
    const asked = ask({
      ...{ method: 'CONNECT', host: hostname(proxy), path: target, agent: false },
      ...(proxy.port === '' ? {} : { port: proxy.port }),
      headers: { host: target, ...proxyLogin(proxy) },
    });
    const refuse = (error: Error): void => callback(error);
    this.#asked.add(asked);
    asked.once('close', () => this.#asked.delete(asked));
    asked.setTimeout(this.#options.answerMs, () => asked.destroy(new LateError('LATE_CONNECTION')));
    asked.on('error', refuse);
    asked.once('connect', ({ statusCode = 0 }, socket) => {
      // From here on the requests that go through it have limits of their own.
      socket.setTimeout(0);
      const servername = isIP(name) === 0 ? { servername: name } : {};
      if (statusCode >= 200 && statusCode < 300)
        callback(null, connect({ socket, host: name, ...servername }));
      else {
        socket.destroy();
        refuse(isPassing(statusCode) ? new ProxyTroubleError() : proxyRefuses());
      }
    });
    asked.end();
  }
}

/** The proxy says that it cannot connect now, and may be able to a moment later. */
class ProxyTroubleError extends Error {
  readonly code = 'PROXY_TROUBLE';
}
