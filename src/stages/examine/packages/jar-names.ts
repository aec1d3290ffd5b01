import { limits } from '../../../base/limits.ts';
import { lines } from './paragraphs.ts';

export interface JarName {
  /** `group:artifact`, or one word where nothing says a group. */
  readonly name: string;
  readonly version: string;
}

/** `pom.properties`, which Maven writes: `groupId`, `artifactId`, `version`. */
export function coordinatesOf(bytes: Buffer): JarName | undefined {
  const values = new Map<string, string>();
  for (const line of lines(headOf(bytes))) {
    const [, key, value] = /^[ \t]*([A-Za-z]{1,20})[ \t]*[=:][ \t]*(.*)$/u.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.trim());
  }
  const group = values.get('groupId');
  const artifact = values.get('artifactId');
  const version = values.get('version');
  if (group === undefined || artifact === undefined || version === undefined) return undefined;
  return { name: `${group}:${artifact}`, version };
}

/** No file system has longer ones. */
const nameCharsMax = 255;

/** Without Maven: what the manifest calls the jar, and else the name of the file, as in `commons-io-2.11.0.jar`. */
export function manifestName(manifest: Buffer, fileName: string): JarName {
  const fields = mainAttributes(headOf(manifest));
  const [, stem = fileName, fileVersion = ''] =
    /^(.+?)(?:-(\d[\w.+-]*))?\.[a-z]+$/iu.exec(fileName.slice(-nameCharsMax)) ?? [];
  const bundle = fields.get('bundle-symbolicname')?.split(';')[0]?.trim();
  const version =
    fields.get('bundle-version') ??
    fields.get('implementation-version') ??
    fields.get('specification-version') ??
    fileVersion;
  return { name: bundle ?? fields.get('automatic-module-name') ?? stem, version };
}

/** The first section of a manifest (JAR specification): a line that begins with a space continues the one before. */
function mainAttributes(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines(text)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    if (line.startsWith(' ')) {
      if (last !== undefined) fields.set(last, `${fields.get(last) ?? ''}${line.slice(1)}`);
    } else if (colon > 0) {
      last = line.slice(0, colon).toLowerCase();
      fields.set(last, line.slice(colon + 1).trim());
    }
  }
  return fields;
}

/** Signed jars list every member in their manifest, after the section that counts. */
function headOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, limits.jarManifestBytesMax);
}
