import { nearest } from '../base/nearest.ts';
import { shown, type ConfigFault, type ConfigPath } from './config-faults.ts';
import type { ConfigDocument } from './config-schema.ts';
import type { PlatformDocument } from './config-platform.ts';

type At = (path: ConfigPath, message: string) => ConfigFault;

/** Parts of a platform that are right by themselves and wrong together. */
export function platformsFaults(document: ConfigDocument, at: At): readonly ConfigFault[] {
  return [...faultsOfPlatforms(document, at), ...faultsOfImages(document, at)];
}

/** An image is built by a platform that is described, and by one of its channels where those stand in this file. */
function faultsOfImages({ images, platforms }: ConfigDocument, at: At): readonly ConfigFault[] {
  return Object.entries(images).flatMap(([image, { platform }]) => {
    if (platform === undefined) return [];
    const here = ['images', image, 'platform'];
    const found = platforms[platform.name];
    if (found === undefined) return unknownName([...here, 'name'], platform.name, Object.keys(platforms), at);
    const { channels } = found;
    if (platform.channel === undefined || channels === undefined) return [];
    return unknownName([...here, 'channel'], platform.channel, Object.keys(channels), at);
  });
}

function unknownName(
  path: ConfigPath,
  written: string,
  known: readonly string[],
  at: At,
): readonly ConfigFault[] {
  if (known.includes(written)) return [];
  const near = nearest(written, known);
  const there = known.length === 0 ? 'there are none' : `there is ${known.join(', ')}`;
  return [
    at(
      path,
      `names ${shown(written)}, which is not there; ${near === undefined ? there : `did you mean ${near}?`}`,
    ),
  ];
}

function faultsOfPlatforms({ platforms }: ConfigDocument, at: At): readonly ConfigFault[] {
  return Object.entries(platforms).flatMap(([name, platform]) => {
    const here = ['platforms', name];
    const { from, channels } = platform;
    if ((from === undefined) === (channels === undefined)) {
      const how = from === undefined ? 'neither channels nor from' : 'both channels and from';
      return [at(here, `has ${how}; give one of them`)];
    }
    return from === undefined ? ownFaults(here, platform, at) : sharedFaults(here, { ...platform, from }, at);
  });
}

function ownFaults(
  here: readonly string[],
  { channels = {}, deploys, ci, digest }: PlatformDocument,
  at: At,
): readonly ConfigFault[] {
  const names = Object.keys(channels);
  if (names.length === 0) return [at([...here, 'channels'], 'is empty; a platform has one channel at least')];
  const unknown = (path: ConfigPath, written: string): readonly ConfigFault[] => {
    if (names.includes(written)) return [];
    const near = nearest(written, names);
    const advice = near === undefined ? `there is ${names.join(', ')}` : `did you mean ${near}?`;
    return [at(path, `names ${shown(written)}, which is no channel; ${advice}`)];
  };
  return [
    ...(deploys === undefined && names.length > 1
      ? [at(here, 'has several channels and does not say which of them deploys; give deploys')]
      : []),
    ...(deploys ?? []).flatMap((written, index) => unknown([...here, 'deploys', index], written)),
    ...(ci === undefined ? [] : unknown([...here, 'ci'], ci)),
    ...(digest === undefined ? [] : [at([...here, 'digest'], 'is of no use without from')]),
    ...Object.entries(channels).flatMap(([name, { before, after }]) =>
      Object.entries({ before, after }).flatMap(([side, list]) =>
        list.flatMap(({ image, folder }, index) =>
          image !== undefined && folder !== undefined
            ? [at([...here, 'channels', name, side, index], 'has both image and folder; give one of them')]
            : [],
        ),
      ),
    ),
  ];
}

/** Whoever can write to the URL would choose what is built with; a digest or a commit takes that from them. */
function sharedFaults(
  here: readonly string[],
  { from, digest, deploys }: PlatformDocument & { readonly from: string },
  at: At,
): readonly ConfigFault[] {
  const isPinned = digest !== undefined || !from.startsWith('https://') || /[0-9a-f]{40}/.test(from);
  return [
    ...(isPinned
      ? []
      : [at([...here, 'from'], `is ${shown(from)}, which can change; give digest, or a URL with a commit`)]),
    ...(deploys === undefined
      ? []
      : [at([...here, 'deploys'], 'is what the shared file says; it cannot be said here too')]),
  ];
}
