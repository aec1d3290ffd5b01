import { Buffer } from 'node:buffer';
import { request as send, type IncomingMessage } from 'node:http';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request in its own words: nothing is added, followed or tried again. */
export async function ask(
  host: string,
  words: string,
  {
    body,
    headers = {},
  }: { readonly body?: Uint8Array | string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<HttpAnswer> {
  const [method = 'GET', url = '/'] = words.split(' ');
  const [hostname, port] = host.split(':');
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = send({
    method,
    path: url,
    hostname,
    port,
    headers: { ...length, ...headers },
    agent: false,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    // A connection may break after the answer, too.
    request.on('error', reject);
  });
  request.end(body);
  const incoming = await answered;
  const chunks: AsyncIterable<Buffer> = incoming;
  const pieces: Buffer[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(pieces) };
}

/** The code of a refusal as the specification writes it; undefined: it is none. */
export function codeOf({ body }: HttpAnswer): string | undefined {
  return /^\{"errors":\[\{"code":"([A-Z_]+)","message":"/.exec(body.toString())?.[1];
}

/** The entries of an index that was answered. */
export function entriesOf({ body }: HttpAnswer): readonly Descriptor[] {
  const index = parseManifest(body, mediaTypes.ociIndex);
  return index.kind === 'index' ? index.manifests : [];
}
