import { isUtf8 } from 'node:buffer';
import { limits } from '../../base/limits.ts';
import { placedTextAt, type PlacedValues } from '../../base/placed-value.ts';
import { readToml } from '../../base/toml.ts';
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
  if (bytes.length > limits.buildpackTomlBytesMax)
    return unknown(`it is larger than ${limits.buildpackTomlBytesMax} bytes`);
  const document = isUtf8(bytes) ? readToml(bytes.toString('utf8')) : undefined;
  if (document === undefined || document.fault !== undefined) return unknown('it cannot be read as TOML');
  const versions: string[] = [];
  for (const { fields, stacks } of dependenciesIn(document)) {
    if (fields.get('id') !== dependency) continue;
    const [os = platform.os, arch = platform.architecture] = [fields.get('os'), fields.get('arch')];
    if (os !== platform.os || arch !== platform.architecture) continue;
    const version = fields.get('version');
    // Half a list would call a version missing that is there.
    if (version === undefined) return unknown(`an entry of its list of ${dependency} has no version`);
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
  const preferred = placedTextAt(document, 'metadata', 'default-versions', dependency);
  return { kind: 'versions', versions: newestFirst(versions), preferred, source };
}

interface Dependency {
  /** Texts by their keys. */
  readonly fields: Map<string, string>;
  readonly stacks: string[];
}

/** The tables of `[[metadata.dependencies]]`, in the order of the file. */
function dependenciesIn({ values }: PlacedValues): Iterable<Dependency> {
  const found = new Map<string, Dependency>();
  for (const { path, text, isText } of values) {
    const [metadata, dependencies, place = '', key = '', ...rest] = path;
    if (metadata !== 'metadata' || dependencies !== 'dependencies' || !isText) continue;
    const entry: Dependency = found.get(place) ?? { fields: new Map(), stacks: [] };
    found.set(place, entry);
    if (rest.length === 0) entry.fields.set(key, text);
    else if (key === 'stacks' && rest.length === 1) entry.stacks.push(text);
  }
  return found.values();
}
