import path from 'node:path/posix';
import type { Config, ImageDefinition } from './definition.ts';
import type { Named, PlatformChannel, PlatformSource } from './platform-profile.ts';

/** A file or folder of this machine that lockkeeper.yaml names. */
export interface HostPath {
  /** Such as `suites.unit.source`. */
  readonly key: string;
  /** Absolute. */
  readonly path: string;
}

/** All that lockkeeper.yaml has read from this machine. The ledger is none of them: it is written to as well. */
export function hostPaths({ directory, suites, images, platforms }: Config): readonly HostPath[] {
  const at = (key: string, written: string): HostPath => ({ key, path: path.resolve(directory, written) });
  return [
    ...suites.flatMap(({ name, source }) =>
      source === undefined ? [] : [at(`suites.${name}.source`, source)],
    ),
    ...images.flatMap(({ name, origin }) =>
      builtFrom(origin).map(([key, written]) => at(`images.${name}.${key}`, written)),
    ),
    ...platforms.flatMap(documentsOf).filter(({ path: place }) => !place.startsWith('https://')),
  ];
}

function builtFrom(origin: ImageDefinition['origin']): readonly (readonly [string, string])[] {
  switch (origin.kind) {
    case 'build':
      return [
        ['build.dockerfile', origin.dockerfile],
        ['build.context', origin.context],
      ];
    case 'platform':
      return [['platform.source', origin.source]];
    case 'ready':
    case 'pinned':
      return [];
  }
}

/** They are absolute already, or URLs. */
function documentsOf(source: PlatformSource): readonly HostPath[] {
  if (source.kind === 'shared') return [{ key: `platforms.${source.name}.from`, path: source.document }];
  const { name, channels } = source.profile;
  return channels.flatMap((channel) => {
    const key = `platforms.${name}.channels.${channel.name}`;
    return [...rulesOf(channel, key), ...foldersOf(channel, key)];
  });
}

function rulesOf(channel: PlatformChannel, key: string): readonly HostPath[] {
  const named: readonly (readonly [string, Named<unknown> | undefined])[] = [
    ['builder', channel.builder],
    ['run-image', channel.runImage],
    ['valid-until', channel.validUntil],
    ['upstream', channel.upstream],
  ];
  return named.flatMap(([what, value]) =>
    value?.kind === 'rule' ? [{ key: `${key}.${what}.file`, path: value.document }] : [],
  );
}

function foldersOf({ before, after }: PlatformChannel, key: string): readonly HostPath[] {
  const sides = [
    ['before', before],
    ['after', after],
  ] as const;
  return sides.flatMap(([side, buildpacks]) =>
    buildpacks.flatMap(({ from }, index) =>
      from.kind === 'folder' ? [{ key: `${key}.${side}.${index}.folder`, path: from.path }] : [],
    ),
  );
}
