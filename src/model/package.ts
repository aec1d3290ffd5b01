import { unreachable } from '../base/invariant.ts';

/** What is installed in an image, as the databases of its package managers tell; nothing here was proven. */

/** Named as package URLs name them (https://github.com/package-url/purl-spec); `os` is the distribution itself. */
export const ecosystems = [
  'os',
  'deb',
  'apk',
  'rpm',
  'pypi',
  'npm',
  'gem',
  'maven',
  'golang',
  'nuget',
  'composer',
  'conda',
] as const;

export type Ecosystem = (typeof ecosystems)[number];

export interface Package {
  readonly ecosystem: Ecosystem;
  /** As the ecosystem writes it: `libc6`, `@types/node`, `org.slf4j:slf4j-api`, `golang.org/x/sys`. */
  readonly name: string;
  /** As the ecosystem compares it: `1:2.3-4` for deb and rpm, `v1.2.3` for Go. Empty where nothing says it. */
  readonly version: string;
  /** As the ecosystem writes it: `amd64`, `x86_64`; absent where it knows none. */
  readonly architecture?: string | undefined;
  /** The source package that it was built from. */
  readonly source?: string | undefined;
  /** As the package says it; often no SPDX expression. */
  readonly licence?: string | undefined;
  /** Installed size in bytes. */
  readonly size?: number | undefined;
  /** Path in the image, without a leading slash, of the file that says all this. */
  readonly place: string;
}

/** Files that belong to a package. Paths without a leading slash; a path may be owned by several packages. */
export interface Ownership {
  readonly ecosystem: Ecosystem;
  /** Compare by {@link packageKey}: lists of files and lists of packages spell names differently. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Folders, each with a slash at its end; all below belongs to the package unless another one is nearer. */
  readonly below?: readonly string[] | undefined;
}

/**
 * What one file of a layer says. It depends on path and bytes only, so that it can be kept under the layer's digest.
 * The facts of an image are those of the files that its merged layers leave.
 */
export interface FileFacts {
  readonly packages: readonly Package[];
  readonly owns: readonly Ownership[];
  /** What kept the file from being read wholly: one sentence each, without the path. */
  readonly troubles: readonly string[];
}

/** Equal for two spellings of one package's name. */
export function packageKey(ecosystem: Ecosystem, name: string): string {
  return `${ecosystem}/${plainName(ecosystem, name)}`;
}

function plainName(ecosystem: Ecosystem, name: string): string {
  switch (ecosystem) {
    case 'deb':
      // Lists of files of multi-arch packages are named `libc6:amd64.list`.
      return name.replace(/:[^:]*$/u, '');
    case 'pypi':
      // PEP 503.
      return name.toLowerCase().replaceAll(/[-_.]+/gu, '-');
    case 'nuget':
    case 'composer':
      return name.toLowerCase();
    case 'os':
    case 'apk':
    case 'rpm':
    case 'npm':
    case 'gem':
    case 'maven':
    case 'golang':
    case 'conda':
      return name;
    default:
      return unreachable(ecosystem);
  }
}
