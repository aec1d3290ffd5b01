import type { RequestOptions } from 'node:http';
import { Agent, request as askSecurely } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { request as askPlainly } from '../../base/node-http.ts';
import { hostname } from './address.ts';
import { keeping } from './agents.ts';
import { LateError } from './deadline.ts';
import { proxyLogin, proxyRefuses } from './proxy.ts';

/** Connections over https through a proxy, which passes bytes on and sees none of what they say (RFC 9110, section 9.3.6). */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #answerMs: number;

  /** `answerMs`: how long the proxy may take to connect. */
  constructor(proxy: URL, answerMs: number) {
    super(keeping);
    this.#proxy = proxy;
    this.#answerMs = answerMs;
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
    asked.setTimeout(this.#answerMs, () => asked.destroy(new LateError('LATE_CONNECTION')));
    asked.on('error', refuse);
    asked.once('connect', ({ statusCode }, socket) => {
      // From here on the requests that go through it have limits of their own.
      socket.setTimeout(0);
      const servername = isIP(name) === 0 ? { servername: name } : {};
      if (statusCode === 200) callback(null, connect({ socket, host: name, ...servername }));
      else {
        socket.destroy();
        refuse(proxyRefuses());
      }
    });
    asked.end();
  }
}
