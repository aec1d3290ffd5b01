import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { isLoopback } from '../../base/loopback.ts';
import { collectBytes } from '../../base/stream.ts';
import type { Documents } from '../../ports/documents.ts';

export interface DocumentsOptions {
  /** Who stands between us and the web; empty: nobody. */
  readonly proxies: { readonly https: string; readonly http: string; readonly except: string };
  readonly signal: AbortSignal | undefined;
  /** Files outside of this folder, and links, are refused; absolute. Undefined: all files are a person's own. */
  readonly folder?: string;
}

/** Documents on this machine's disk, and on the web without any login. */
export class SystemDocuments implements Documents {
  readonly #options: DocumentsOptions;
  #dispatcher: Dispatcher | undefined;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  read(place: string): Promise<Uint8Array> {
    return /^https?:\/\//.test(place) ? this.#fetch(place) : readFileOf(place, this.#options.folder);
  }

  below(folder: string): Documents {
    return new SystemDocuments({ ...this.#options, folder });
  }

  async #fetch(place: string): Promise<Uint8Array> {
    let url = new URL(place);
    for (let hops = 0; hops <= limits.redirectsMax; hops += 1) {
      checkPlace(url, place);
      const answer = await this.#ask(url, place);
      if (answer.kind === 'bytes') return answer.bytes;
      if (!URL.canParse(answer.location, url.href)) break;
      url = new URL(answer.location, url.href);
    }
    throw new Failure('document-invalid', `${place} leads from place to place and never to a document`);
  }

  async #ask(url: URL, place: string): Promise<Asked> {
    const deadline = AbortSignal.timeout(limits.documentMs);
    const { signal } = this.#options;
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.#agent(),
        headers: { 'user-agent': 'lockkeeper', accept: '*/*' },
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      const location = headers['location'];
      if (statusCode === 200) return { kind: 'bytes', bytes: await collected(body, place) };
      // What is not read to its end would keep the connection.
      await body.dump();
      if (statusCode >= 301 && statusCode <= 308 && typeof location === 'string')
        return { kind: 'elsewhere', location };
      throw refusal(statusCode, place);
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (signal?.aborted === true)
        throw new Failure('interrupted', `reading ${place} was broken off`, { cause: error });
      const why = deadline.aborted
        ? `did not answer within ${limits.documentMs / 1000} seconds`
        : 'cannot be reached';
      throw new Failure('document-unavailable', `${place} ${why}`, { cause: error });
    }
  }

  #agent(): Dispatcher {
    const { https, http, except } = this.#options.proxies;
    this.#dispatcher ??= new EnvHttpProxyAgent({
      httpsProxy: https,
      httpProxy: http,
      noProxy: except,
      keepAliveTimeout: 1,
    });
    return this.#dispatcher;
  }
}

type Asked =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'elsewhere'; readonly location: string };

/** Only TLS proves who answers; this machine needs no proof. */
function checkPlace(url: URL, place: string): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1'))) return;
  throw new Failure('document-invalid', `${place} leads to ${url.origin}, which is not read without TLS`);
}

function refusal(status: number, place: string): Failure {
  if (status === 404 || status === 410)
    return new Failure('document-missing', `${place} is not there (HTTP ${status})`);
  if (status === 401 || status === 403) {
    return new Failure('document-missing', `${place} is not shown to everybody (HTTP ${status})`, {
      hint: 'Documents are read without any login. Offer it in a place that needs none, or copy it beside lockkeeper.yaml.',
    });
  }
  return new Failure('document-unavailable', `${place} cannot be read now (HTTP ${status})`);
}

async function collected(body: AsyncIterable<Uint8Array>, place: string): Promise<Uint8Array> {
  return collectBytes(body, limits.documentBytesMax, () => {
    throw tooLarge(place);
  });
}

function tooLarge(place: string): Failure {
  return new Failure('document-invalid', `${place} is larger than ${limits.documentBytesMax} bytes`);
}

async function readFileOf(place: string, folder: string | undefined): Promise<Uint8Array> {
  try {
    if (folder !== undefined) await checkInside(place, folder);
    // To open a pipe that nobody writes to would wait for ever.
    await using file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) throw new Failure('path-refused', `${place} is no file`);
    if (found.size > limits.documentBytesMax) throw tooLarge(place);
    return await collected(file.createReadStream({ autoClose: false }), place);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw new Failure('document-missing', `${place} is not there`, { cause: error });
    throw translateSystemError(error, place);
  }
}

/** Nothing between the folder and the file is a link; where the folder itself lies is not the repository's doing. */
async function checkInside(place: string, folder: string): Promise<void> {
  const within = path.relative(folder, place);
  const isInside = within !== '' && within.split(path.sep)[0] !== '..' && !path.isAbsolute(within);
  if (isInside && (await realpath(place)) === path.join(await realpath(folder), within)) return;
  throw new Failure('path-refused', `${place} is a link, or lies outside of ${folder}`, {
    hint: 'A repository of a fleet may name its own files and documents on the web. Ask it by itself if it is yours.',
  });
}
