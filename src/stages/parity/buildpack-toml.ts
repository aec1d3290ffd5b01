import { parse, TomlError } from 'smol-toml';
import { limits } from '../../base/limits.ts';
import { listAt, textAt } from '../../base/json-path.ts';
import type { Platform } from '../../model/platform.ts';
import type { VersionList } from '../../model/version-list.ts';
import { newestFirst } from './newest-first.ts';

/**
 * The versions that a Paketo buildpack lists in its own buildpack.toml, as `[[metadata.dependencies]]` with the id of what
 * it installs, and what it takes where nothing is asked for.
 */
export function readBuildpackToml(
  bytes: Buffer,
  {
    dependency,
    platform,
    source,
  }: { readonly dependency: string; readonly platform: Platform; readonly source: string },
): VersionList {
  const unknown = (why: string): VersionList => ({ kind: 'unknown', why: `${source}: ${why}` });
  let document: unknown;
  try {
    document = parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), {
      maxDepth: limits.jsonDepthMax,
    });
  } catch (error) {
    if (!(error instanceof TomlError || error instanceof TypeError)) throw error;
    return unknown('it cannot be read as TOML');
  }
  const entries = listAt(document, 'metadata', 'dependencies').filter(
    (entry) => textAt(entry, 'id') === dependency,
  );
  const versions = entries.flatMap((entry) => {
    const [os = platform.os, arch = platform.architecture] = [textAt(entry, 'os'), textAt(entry, 'arch')];
    const version = textAt(entry, 'version');
    return version === undefined || os !== platform.os || arch !== platform.architecture ? [] : [version];
  });
  if (versions.length === 0)
    return unknown(`it lists no ${dependency} for ${platform.os}/${platform.architecture}`);
  const preferred = textAt(document, 'metadata', 'default-versions', dependency);
  return { kind: 'versions', versions: newestFirst(versions), preferred, source };
}
