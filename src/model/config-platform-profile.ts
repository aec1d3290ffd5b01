import path from 'node:path/posix';
import { invariant } from '../base/invariant.ts';
import type { ChannelDocument, InjectedDocument, PlatformDocument, RuleDocument } from './config-platform.ts';
import type {
  InjectedBuildpack,
  InjectedOrigin,
  Named,
  PlatformChannel,
  PlatformSource,
} from './platform-profile.ts';

/** `directory` is the folder of the file that holds it: absolute, or an https URL that ends with `/`. */
export function platformSourceOf(
  name: string,
  { from, digest, channels, deploys, ci }: PlatformDocument,
  directory: string,
): PlatformSource {
  if (from !== undefined) return { kind: 'shared', name, document: placeFrom(directory, from), digest, ci };
  invariant(channels !== undefined, 'a platform without channels is refused');
  const names = Object.keys(channels);
  return {
    kind: 'own',
    profile: {
      name,
      channels: Object.entries(channels).map(([channel, document]) =>
        channelOf(channel, document, directory),
      ),
      deploys: deploys ?? names,
      ci,
    },
  };
}

/** A path or URL as it is written in a file of that folder, made absolute. */
function placeFrom(directory: string, written: string): string {
  if (written.startsWith('https://')) return written;
  return directory.startsWith('https://')
    ? new URL(written, directory).href
    : path.resolve(directory, written);
}

function channelOf(name: string, document: ChannelDocument, directory: string): PlatformChannel {
  const named = <T>(value: T | RuleDocument): Named<T> =>
    isRule(value)
      ? {
          kind: 'rule',
          document: placeFrom(directory, value.file),
          digest: value.digest,
          at: value.at.split('.'),
        }
      : { kind: 'value', value };
  const maybe = <T>(value: T | RuleDocument | undefined): Named<T> | undefined =>
    value === undefined ? undefined : named(value);
  const injected = (each: InjectedDocument): InjectedBuildpack => ({
    id: each.id,
    version: each.version,
    optional: each.optional,
    from: originOf(each, directory),
  });
  const { memory, cpus, disk, time } = document.limits;
  return {
    name,
    builder: named(document.builder),
    runImage: maybe(document['run-image']),
    validUntil: maybe(document['valid-until']),
    upstream: maybe(document.upstream),
    before: document.before.map(injected),
    after: document.after.map(injected),
    env: document.env,
    platformApi: document['platform-api'],
    limits: { memoryBytes: memory, cpus, diskBytes: disk, timeMs: time },
  };
}

function isRule(value: unknown): value is RuleDocument {
  return typeof value === 'object' && value !== null && 'at' in value && 'file' in value;
}

function originOf({ image, folder }: InjectedDocument, directory: string): InjectedOrigin {
  if (image !== undefined) return { kind: 'image', reference: image };
  return folder === undefined ? { kind: 'builder' } : { kind: 'folder', path: placeFrom(directory, folder) };
}
