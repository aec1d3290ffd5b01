import { connect as connectHttp2, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';

/** What a kubelet knows of an image. */
export interface KubeletImage {
  /** Digest of the config. */
  readonly id: string;
  readonly names: readonly string[];
}

/**
 * Has an image pulled as a kubelet has it pulled: by the container runtime interface (CRI, `runtime.v1.ImageService`),
 * which nobody speaks at a command line of Debian 12. @throws Error with the status and the words of the answer
 */
export async function pullAsKubelet(address: string, name: string): Promise<void> {
  await ask(address, 'PullImage', requestFor(name));
}

/** Whether it answers by now: its part for kubelets begins after it has answered everybody else. */
export async function servesKubelet(address: string): Promise<boolean> {
  try {
    await imageOfKubelet(address, 'nothing');
    return true;
  } catch {
    return false;
  }
}

/** What a kubelet finds under a name before it starts a pod with `imagePullPolicy: Never`. Undefined: nothing. */
export async function imageOfKubelet(address: string, name: string): Promise<KubeletImage | undefined> {
  const [image] = fieldsOf(await ask(address, 'ImageStatus', requestFor(name)), 1);
  if (image === undefined) return undefined;
  return {
    id: fieldsOf(image, 1).join(''),
    names: [...fieldsOf(image, 2), ...fieldsOf(image, 3)].map((bytes) => bytes.toString()),
  };
}

/** Field 1 of the request is an ImageSpec, whose field 1 is the name. */
function requestFor(name: string): Buffer {
  return lengthDelimited(lengthDelimited(Buffer.from(name)));
}

/** Field 1 of a message of protocol buffers, for less than 128 bytes. */
function lengthDelimited(bytes: Buffer): Buffer {
  if (bytes.length > 0x7f) throw new RangeError('a longer field needs a longer length');
  return Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
}

/** The values of one length-delimited field of a message, which may hold numbers beside them. */
function fieldsOf(message: Buffer, wanted: number): readonly Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = number();
    const length = number();
    // Only varints, wire type 0, have their value where the others have their length.
    if ((key & 7) === 0) continue;
    if (key >> 3 === wanted) found.push(message.subarray(at, at + length));
    at += length;
  }
  return found;
}

/** One unary call of gRPC: a message has a flag and four bytes of length before it, and the status comes after it. */
async function ask(address: string, method: string, message: Buffer): Promise<Buffer> {
  const client = connectHttp2('http://localhost', { createConnection: () => connectSocket(address) });
  try {
    return await new Promise((resolve, reject) => {
      client.once('error', reject);
      const stream = client.request({
        ':method': 'POST',
        ':path': `/runtime.v1.ImageService/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      answerOf(stream).then(resolve, reject);
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([head, message]));
    });
  } finally {
    client.close();
  }
}

async function answerOf(stream: ClientHttp2Stream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let said: IncomingHttpHeaders = {};
  // An answer without a message says all at once.
  for (const event of ['response', 'trailers'] as const)
    stream.on(event, (headers: IncomingHttpHeaders) => (said = { ...said, ...headers }));
  for await (const piece of stream) if (piece instanceof Buffer) pieces.push(piece);
  if (said['grpc-status'] !== '0')
    throw new Error(`${String(said['grpc-status'])}: ${decodeURIComponent(String(said['grpc-message']))}`);
  return Buffer.concat(pieces).subarray(5);
}
