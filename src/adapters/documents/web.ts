import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { isLoopback } from '../../base/loopback.ts';
import { collectedDocument } from './collected-document.ts';

export interface WebOptions {
  /** Who stands between us and the web; empty: nobody. */
  readonly proxies: { readonly https: string; readonly http: string; readonly except: string };
  readonly signal: AbortSignal | undefined;
  /** The places are named by others than the person: no service of this machine is asked for them, behind a redirect either. */
  readonly isForeign?: boolean;
}

/** Documents on the web, without any login. */
export class WebDocuments {
  readonly #options: WebOptions;
  #dispatcher: Dispatcher | undefined;

  constructor(options: WebOptions) {
    this.#options = options;
  }

  async read(place: string): Promise<Uint8Array> {
    let url = new URL(place);
    for (let hops = 0; hops <= limits.redirectsMax; hops += 1) {
      checkPlace(url, { place, isForeign: this.#options.isForeign === true });
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
      if (statusCode === 200) return { kind: 'bytes', bytes: await collectedDocument(body, place) };
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
function checkPlace(
  url: URL,
  { place, isForeign }: { readonly place: string; readonly isForeign: boolean },
): void {
  const isHere = isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  if (isForeign && (isHere || /(?:^|\.)localhost\.?$/.test(url.hostname)))
    throw new Failure('document-invalid', `${place} leads to ${url.origin}, a service of this machine`, {
      hint: 'A repository of a fleet may name documents on the web. Ask it by itself if it is yours.',
    });
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) return;
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
