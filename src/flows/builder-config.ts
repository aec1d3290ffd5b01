import type { Config, PlatformOrigin } from '../model/definition.ts';
import { readConfig } from '../model/config.ts';
import type { PlatformProfile } from '../model/platform-profile.ts';
import { parseReference } from '../model/reference.ts';

export interface BuilderOrder {
  /** Of the application; absolute. */
  readonly folder: string;
  readonly builder: string;
  /** Undefined: the one that the builder names. */
  readonly runImage: string | undefined;
}

/** What lockkeeper.yaml would say of a builder that somebody names on the command line. @throws Failure `reference-invalid` */
export function builderConfig({ folder, builder, runImage }: BuilderOrder): {
  readonly config: Config;
  readonly origin: PlatformOrigin;
} {
  const profile: PlatformProfile = {
    name: 'builder',
    channels: [
      {
        name: 'builder',
        builder: { kind: 'value', value: parseReference(builder) },
        runImage: runImage === undefined ? undefined : { kind: 'value', value: parseReference(runImage) },
        validUntil: undefined,
        before: [],
        after: [],
        env: {},
        platformApi: undefined,
        limits: { memoryBytes: undefined, cpus: undefined, diskBytes: undefined, timeMs: undefined },
        upstream: undefined,
      },
    ],
    deploys: ['builder'],
    ci: undefined,
  };
  const config = readConfig('version: 1\n', 'lockkeeper.yaml', folder);
  return {
    config: { ...config, platforms: [{ kind: 'own', profile }] },
    origin: { kind: 'platform', platform: 'builder', channel: undefined, source: '.', network: 'none' },
  };
}
