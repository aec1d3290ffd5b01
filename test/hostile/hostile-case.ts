import type { ServerResponse } from 'node:http';
import type { FailureCode } from '../../src/base/failure.ts';
import type { SeenRequest } from '../support/fault-server.ts';
import type { SampleImage } from '../support/sample-images.ts';
import type { SmallRegistry } from '../support/small-registry.ts';

/**
 * What our client is asked to do while the registry misbehaves. `pull`: into a layout on disk, with all that belongs to
 * the image. `push`: a fresh image from memory, under a new tag; it goes in pieces where the registry asks for that.
 */
export const hostileWorks = [
  'resolve',
  'manifest',
  'blob',
  'tags',
  'referrers',
  'pull',
  'push',
  'push in pieces',
  'delete',
] as const;
export type Work = (typeof hostileWorks)[number];

export interface Attack {
  readonly request: SeenRequest;
  readonly response: ServerResponse;
  /** How often this case has misbehaved, counted from 1. */
  readonly time: number;
  /** `localhost:PORT` of a server that nobody may ever ask. */
  readonly canary: string;
  /** `localhost:PORT` of the registry itself. */
  readonly own: string;
  readonly registry: SmallRegistry;
  readonly image: SampleImage;
}

export interface HostileCase {
  /** What the registry does, and to what. */
  readonly name: string;
  readonly work: Work;
  /** Requests that it misbehaves on, by `METHOD /path`; all others it answers as it should. */
  readonly on: RegExp;
  readonly does: (attack: Attack) => unknown;
  readonly code: FailureCode;
  /** Needs so much that memory counts: such cases run in a process of their own, too. */
  readonly big?: boolean;
  /** Puts what the registry holds in place before; returns the digest that is asked for in place of the image's. */
  readonly prepare?: (registry: SmallRegistry, image: SampleImage) => string | undefined;
}

export const anything = /./;
export const headManifest = /^HEAD .*\/manifests\//;
export const getManifest = /^GET .*\/manifests\//;
export const getBlob = /^GET .*\/blobs\/sha/;
export const startUpload = /^POST .*\/blobs\/uploads\//;
export const putBlob = /^PUT .*\/blobs\/uploads\//;
export const patchBlob = /^PATCH /;
export const putManifest = /^PUT .*\/manifests\//;
export const putTag = /^PUT .*\/manifests\/v2$/;
export const listTags = /^GET .*\/tags\/list/;
export const listReferrers = /^GET .*\/referrers\//;

/** Writes to the connection itself what no HTTP server would. */
export function raw({ response }: Attack, text: string): void {
  response.socket?.write(text);
}

/** Chunks until nobody listens any more. */
export function endless({ response }: Attack, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  const chunk = Buffer.alloc(64 * 1024, '[');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) continue;
  };
  response.on('drain', more);
  more();
}
