import { limits } from '../../base/limits.ts';
import type { Platform } from '../../model/platform.ts';
import type { VersionList } from '../../model/version-list.ts';
import { newestFirst } from './newest-first.ts';

/**
 * Cuts the list of artifacts out of a buildpack's program, where the compiler left it as the text that it was:
 * `[[artifacts]]` tables of TOML, one value a line. What is around it is anything. A program that holds fewer tables than
 * `least`, or a table whose checksum is none, tells nothing: half a list would call a version missing that is there.
 */
export function carveInventory(
  program: Buffer,
  {
    least,
    platform,
    source,
  }: { readonly least: number; readonly platform: Platform; readonly source: string },
): VersionList {
  const unknown = (why: string): VersionList => ({ kind: 'unknown', why: `${source}: ${why}` });
  const first = program.indexOf(mark);
  const last = program.lastIndexOf(mark);
  if (first === -1) return unknown('no list of artifacts is in it');
  if (last - first > limits.inventoryBytesMax)
    return unknown('what looks like its list is too large for one');
  // Latin-1 keeps one character a byte, whatever lies between.
  const text = program.toString('latin1', first, last + lastTableBytes);
  const versions: string[] = [];
  let tables = 0;
  for (const [, body = ''] of text.matchAll(table)) {
    const values = new Map([...body.matchAll(line)].map(([, key = '', value = '']) => [key, value]));
    tables += 1;
    if (tables > limits.artifactsMax)
      return unknown(`its list has more than ${limits.artifactsMax} artifacts`);
    const artifact = artifactOf(values);
    if (artifact === undefined) return unknown(`the ${tables}. artifact of its list cannot be read`);
    if (artifact.os === platform.os && artifact.arch === platform.architecture)
      versions.push(artifact.version);
  }
  const marks = text.split(mark).length - 1;
  if (tables !== marks)
    return unknown(`${marks - tables} of the ${marks} artifacts of its list cannot be read`);
  if (tables < least) return unknown(`its list has ${tables} artifacts, and ${least} at least were expected`);
  if (versions.length === 0)
    return unknown(`its list has nothing for ${platform.os}/${platform.architecture}`);
  return { kind: 'versions', versions: newestFirst(versions), preferred: undefined, source };
}

const mark = '[[artifacts]]';
// The last table has five or six lines of a hundred characters.
const lastTableBytes = 2048;
const table = /\[\[artifacts\]\]\r?\n((?:(?:[a-z_]+ = "[^"\r\n]*"|\[artifacts\.[a-z_]+\])\r?\n)+)/g;
const line = /^([a-z_]+) = "([^"\r\n]*)"/gm;

interface Artifact {
  readonly version: string;
  readonly os: string;
  readonly arch: string;
}

/** As they are written today, and as heroku/go wrote them before 0.3. */
function artifactOf(values: ReadonlyMap<string, string>): Artifact | undefined {
  const written = values.get('semantic_version') ?? values.get('version') ?? '';
  const version =
    written.length > limits.artifactVersionCharsMax
      ? undefined
      : /^(?:go|v)?([0-9]+(?:\.[0-9]+)*(?:[-.+]?[a-z0-9.]+)?)$/i.exec(written)?.[1];
  const checksum = values.get('checksum') ?? `sha256:${values.get('sha_checksum') ?? ''}`;
  const [os, arch] = values.get('architecture')?.split('-') ?? [values.get('os'), values.get('arch')];
  const isSum = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(checksum);
  return version === undefined || os === undefined || arch === undefined || !isSum
    ? undefined
    : { version, os, arch };
}
