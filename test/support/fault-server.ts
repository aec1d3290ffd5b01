import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request as it came in, with its whole body. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FaultServer {
  /** `localhost:PORT` */
  readonly host: string;
  /** In the order in which they came. */
  readonly seen: readonly SeenRequest[];
  /** How many connections there were, whether or not anything was asked. */
  connections(): number;
  /** Answers what came in elsewhere, as if it had come in here for `url`. */
  answerTo(incoming: IncomingMessage, response: ServerResponse, url: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the server does; it gets the request's number among all, counted from 1. */
export type Misbehaviour = (request: SeenRequest, response: ServerResponse, number: number) => unknown;

/** An HTTP server on a loopback port that does whatever a test wants it to do wrong. */
export async function startFaultServer(misbehave: Misbehaviour): Promise<FaultServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const answerTo = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): Promise<void> => {
    const request = { ...(await receive(incoming)), url };
    // The date of an answer is a part of it, and not of this machine.
    response.sendDate = false;
    seen.push(request);
    await misbehave(request, response, seen.length);
  };
  const server = createServer((incoming, response) => void answerTo(incoming, response, incoming.url ?? ''));
  server.on('connection', (socket) => {
    sockets.add(socket);
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    host: `localhost:${address.port}`,
    seen,
    connections: () => connections,
    answerTo,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<Omit<SeenRequest, 'url'>> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of incoming) if (piece instanceof Uint8Array) pieces.push(piece);
  } catch {
    // The client gave up midway; what came so far is what was seen.
  }
  const { method = '', headers } = incoming;
  return { method, headers, body: Buffer.concat(pieces) };
}

/** A complete answer. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | string = '',
): ServerResponse {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  return response.end(body);
}

/** Breaks the connection as a crash does: with a reset, without an answer. */
export function reset(response: ServerResponse): ServerResponse {
  response.socket?.resetAndDestroy();
  return response;
}

/** Promises all of `body`, sends its first bytes, and closes the connection. */
export function truncate(
  response: ServerResponse,
  body: Uint8Array,
  bytes: number,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  response.writeHead(200, { 'content-length': String(body.length), ...headers });
  response.write(body.subarray(0, bytes), () => response.socket?.destroy());
  return response;
}
