import { request as send, type ServerResponse } from 'node:http';
import { startFaultServer, type FaultServer, type SeenRequest } from './fault-server.ts';

/** What comes between a client and a registry: answers in its place, or returns false and lets the request through. */
export type Interference = (request: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>;

/** A server before a real registry that tampers with what it likes. */
export function startRegistryProxy(registry: string, interfere: Interference): Promise<FaultServer> {
  return startFaultServer(async (request, response) => {
    if (await interfere(request, response)) return;
    const { body, headers } = await forward(registry, request);
    response.writeHead(body.status, headers);
    response.end(body.bytes);
  });
}

interface Forwarded {
  readonly body: { readonly status: number; readonly bytes: Buffer };
  readonly headers: Record<string, string | string[]>;
}

/** The registry's own answer; it is told the name by which it was asked, so that it points back here. */
export function forward(registry: string, { method, url, headers, body }: SeenRequest): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const outgoing = send(`http://${registry}${url}`, { method, headers }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const kept = Object.entries(incoming.headers).filter(([name]) => name !== 'transfer-encoding');
        const answered: Forwarded['headers'] = {};
        for (const [name, value] of kept) if (value !== undefined) answered[name] = value;
        resolve({
          body: { status: incoming.statusCode ?? 502, bytes: Buffer.concat(pieces) },
          headers: answered,
        });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
