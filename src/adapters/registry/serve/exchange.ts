import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFailure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { pumpInto, streamOf } from '../../../base/stream.ts';
import type { ServedRequest } from '../../../model/served-request.ts';
import { begun } from './begun.ts';
import { refusal, type Reply, type ReplyBody } from './reply.ts';
import type { RegistryService } from './service.ts';

/** One request and its answer over HTTP: counts what goes by, and ends what cannot be answered to its end. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #received = 0;
  #sent = 0;
  #fault: unknown;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  /** Never rejects: whatever goes wrong is in what it returns. */
  async run(service: RegistryService): Promise<ServedRequest> {
    const { method = '', url = '' } = this.#request;
    const reply = await this.#replyOf(service, method, url);
    if (reply === undefined) this.#response.destroy();
    else await this.#send(reply);
    const status = this.#response.statusCode;
    return { method, url, status, received: this.#received, sent: this.#sent, fault: this.#fault };
  }

  /** Undefined: the client is gone. */
  async #replyOf(service: RegistryService, method: string, url: string): Promise<Reply | undefined> {
    const { headers } = this.#request;
    const length = headers['content-length'];
    try {
      const reply = await service.answer({
        method,
        url,
        header: (name) => {
          const value = headers[name];
          return typeof value === 'string' ? value : value?.[0];
        },
        length: length === undefined ? undefined : Number(length),
        body: this.#body(),
      });
      return method === 'HEAD' ? reply : await begun(reply);
    } catch (error) {
      if (this.#request.errored !== null || this.#response.destroyed) return undefined;
      this.#fault = error;
      return refusal(500, 'DENIED', 'this registry made a mistake; it has written down which');
    }
  }

  async *#body(): AsyncGenerator<Uint8Array> {
    // Breaking off must not destroy the socket: the answer still has to go out by it.
    const chunks: AsyncIterable<Uint8Array> = this.#request.iterator({ destroyOnReturn: false });
    for await (const chunk of chunks) {
      this.#received += chunk.length;
      yield chunk;
    }
  }

  async #send({ status, headers, body }: Reply): Promise<void> {
    const response = this.#response;
    const isHead = this.#request.method === 'HEAD';
    const length = lengthOf(body);
    const rest = this.#dropRest();
    response.writeHead(status, {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, copyOf(value)])),
      ...(status === 204 ? {} : { 'content-length': length }),
      'docker-distribution-api-version': 'registry/2.0',
      'x-content-type-options': 'nosniff',
    });
    if (isHead || body.kind === 'none') await pumpInto(streamOf([]), response);
    else await this.#sendBody(body);
    await rest;
  }

  async #sendBody(body: Exclude<ReplyBody, { kind: 'none' }>): Promise<void> {
    const source = body.kind === 'bytes' ? streamOf([body.bytes]) : body.open();
    try {
      await pumpInto(this.#counted(source), this.#response);
    } catch (error) {
      // The length was promised, so a client that gets less knows that it got nothing.
      this.#response.destroy();
      if (!isFailure(error)) this.#fault = error;
    }
  }

  async *#counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#sent += chunk.length;
      yield chunk;
    }
  }

  /**
   * Reads what nobody wants of a body: the next request comes after it, and a sender that is cut off while it sends may
   * never see the answer. One that does not stop is cut off all the same.
   */
  #dropRest(): Promise<void> {
    const request = this.#request;
    if (request.readableEnded || request.destroyed) return Promise.resolve();
    let bytes = 0;
    return new Promise((resolve) => {
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        this.#received += chunk.length;
        if (bytes > limits.servedRestBytesMax) request.destroy();
      });
      const settle = (): void => {
        request.socket.off('close', settle);
        resolve();
      };
      for (const event of ['end', 'close', 'error']) request.once(event, settle);
      // Node forgets a request once it is answered, and does not tell it that its connection is gone.
      request.socket.once('close', settle);
      request.resume();
    });
  }
}

function lengthOf(body: ReplyBody): number {
  switch (body.kind) {
    case 'none':
      return 0;
    case 'bytes':
      return body.bytes.length;
    case 'stream':
      return body.length;
  }
}

function copyOf(value: string | readonly string[]): string | string[] {
  return typeof value === 'string' ? value : [...value];
}
