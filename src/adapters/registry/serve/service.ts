import { isFailure } from '../../../base/failure.ts';
import type { HostedRegistry } from '../../../ports/hosted-registry.ts';
import { answerBlob } from './blobs.ts';
import { failureReply } from './failure-reply.ts';
import { answerReferrers, answerTags } from './lists.ts';
import { answerManifest } from './manifests.ts';
import type { OpenUploads } from './open-uploads.ts';
import { jsonReply, refusal, type Reply } from './reply.ts';
import type { Asked } from './request.ts';
import { methods, parseRoute, type Route } from './route.ts';
import { beginUpload, continueUpload } from './uploads.ts';

/** A request as it came in. */
export type Incoming = Omit<Asked, 'repository' | 'name' | 'query'> & {
  /** Path and query. */
  readonly url: string;
};

/** Answers the requests of the distribution-spec 1.1, over whatever holds the repositories. */
export class RegistryService {
  readonly #registry: HostedRegistry;
  readonly #uploads: OpenUploads;

  constructor(registry: HostedRegistry, uploads: OpenUploads) {
    this.#registry = registry;
    this.#uploads = uploads;
  }

  /** Throws what is no {@link Failure}: the client broke off, or we are wrong. */
  async answer(incoming: Incoming): Promise<Reply> {
    const refused = this.#refuseStranger(incoming);
    if (refused !== undefined) return refused;
    const [path, query] = splitOnce(incoming.url, '?');
    const routed = parseRoute(path);
    if (routed.kind === 'reply') return routed.reply;
    const { route } = routed;
    const allowed = methods[route.kind].filter((method) => !this.#registry.isReadOnly || isRead(method));
    if (!allowed.includes(incoming.method))
      return refusal(405, 'UNSUPPORTED', `${incoming.method.slice(0, 20)} is not for this`, {
        allow: allowed.join(', '),
      });
    if (route.kind === 'base') return jsonReply({});
    const { repository: name } = route;
    const repository = this.#registry.open(name);
    const asked: Asked = { ...incoming, repository, name, query: new URLSearchParams(query) };
    try {
      return await this.#dispatch(route, asked);
    } catch (error) {
      if (isFailure(error)) return failureReply(error);
      throw error;
    }
  }

  async #dispatch(route: Exclude<Route, { kind: 'base' }>, asked: Asked): Promise<Reply> {
    switch (route.kind) {
      case 'tags':
        return answerTags(asked);
      case 'referrers':
        return answerReferrers(asked, route.subject);
      case 'manifest':
        return answerManifest(asked, route.selector);
      case 'blob':
        return answerBlob(asked, route.digest);
      case 'uploads':
        return beginUpload(asked, this.#uploads);
      case 'upload':
        return continueUpload(asked, this.#uploads, route.id);
    }
  }

  /** A browser says for which page it asks. A page of the web has no business with a registry of this machine. */
  #refuseStranger({ header }: Incoming): Reply | undefined {
    return header('origin') === undefined && header('sec-fetch-site') === undefined
      ? undefined
      : refusal(403, 'DENIED', 'this registry does not answer to web pages');
  }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
