import { parse, TomlError } from 'smol-toml';
import { limits } from '../../base/limits.ts';
import { listAt, textAt } from '../../base/json-path.ts';
import type { Platform } from '../../model/platform.ts';
import type { VersionList } from '../../model/version-list.ts';
import { newestFirst } from './newest-first.ts';

interface DependencyList {
  readonly dependency: string;
  readonly platform: Platform;
  /** What the builder says that it builds upon, `io.buildpacks.stacks.jammy`; undefined: it does not say. */
  readonly stack: string | undefined;
  readonly source: string;
}

/**
 * The versions that a Paketo buildpack lists in its own buildpack.toml, as `[[metadata.dependencies]]` with the id of what
 * it installs, and what it takes where nothing is asked for.
 */
export function readBuildpackToml(
  bytes: Buffer,
  { dependency, platform, stack, source }: DependencyList,
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
  const versions: string[] = [];
  for (const entry of entries) {
    const [os = platform.os, arch = platform.architecture] = [textAt(entry, 'os'), textAt(entry, 'arch')];
    if (os !== platform.os || arch !== platform.architecture) continue;
    const version = textAt(entry, 'version');
    // Half a list would call a version missing that is there.
    if (version === undefined) return unknown(`an entry of its list of ${dependency} has no version`);
    const stacks = listAt(entry, 'stacks');
    if (stacks.length > 0 && !stacks.includes('*')) {
      if (stack === undefined)
        return unknown(
          `its list of ${dependency} is one for each stack, and the builder does not say its stack`,
        );
      if (!stacks.includes(stack)) continue;
    }
    versions.push(version);
  }
  if (versions.length === 0) {
    const on = stack === undefined ? '' : ` on ${stack}`;
    return unknown(`it lists no ${dependency} for ${platform.os}/${platform.architecture}${on}`);
  }
  const preferred = textAt(document, 'metadata', 'default-versions', dependency);
  return { kind: 'versions', versions: newestFirst(versions), preferred, source };
}
