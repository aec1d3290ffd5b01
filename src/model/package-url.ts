import { unreachable } from '../base/invariant.ts';
import type { Package } from './package.ts';

/**
 * The name of a package that other programs know it by (package-url specification, ECMA-427). Undefined for the
 * distribution, which is no package.
 * @param os the distribution that the package was made for, where one is known
 */
export function packageUrl(found: Package, os: Package | undefined): string | undefined {
  const { name, version, architecture } = found;
  switch (found.ecosystem) {
    case 'os':
      return undefined;
    case 'deb':
      return url('deb', [os?.name ?? 'debian', name], { version, arch: architecture, distro: distroOf(os) });
    case 'apk':
      return url('apk', [os?.name ?? 'alpine', name], { version, arch: architecture, distro: distroOf(os) });
    case 'rpm': {
      const [, epoch, rest = version] = /^(\d+):(.*)$/su.exec(version) ?? [];
      const path = os === undefined ? [name] : [os.name, name];
      return url('rpm', path, { version: rest, arch: architecture, epoch, distro: distroOf(os) });
    }
    case 'pypi':
      return url('pypi', [name.toLowerCase().replaceAll('_', '-')], { version });
    case 'npm':
      return url('npm', name.split('/'), { version });
    case 'gem':
      return url('gem', [name], { version, platform: architecture === 'ruby' ? undefined : architecture });
    case 'maven': {
      const colon = name.indexOf(':');
      if (colon === -1) return url('generic', [name], { version });
      return url('maven', [name.slice(0, colon), name.slice(colon + 1)], { version });
    }
    case 'golang':
      return name === 'stdlib'
        ? url('golang', [name], { version: version.replace(/^go/u, '').replace(/ .*$/su, '') })
        : url('golang', name.toLowerCase().split('/'), { version });
    case 'nuget':
      return url('nuget', [name], { version });
    case 'composer':
      return url('composer', name.toLowerCase().split('/'), { version });
    case 'conda': {
      const dash = version.lastIndexOf('-');
      const [bare, build] = dash === -1 ? [version] : [version.slice(0, dash), version.slice(dash + 1)];
      return url('conda', [name], { version: bare, build, subdir: architecture });
    }
    default:
      return unreachable(found.ecosystem);
  }
}

interface Parts {
  readonly version: string;
  readonly [qualifier: string]: string | undefined;
}

/** Qualifiers stand in the order of their names; empty ones are left out, and so is an empty version. */
function url(type: string, path: readonly string[], { version, ...qualifiers }: Parts): string {
  const query = Object.entries(qualifiers)
    .filter((each): each is [string, string] => each[1] !== undefined && each[1] !== '')
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join('&');
  const segments = path.filter((segment) => segment !== '').map(encode);
  return `pkg:${type}/${segments.join('/')}${version === '' ? '' : `@${encode(version)}`}${query === '' ? '' : `?${query}`}`;
}

/** All but letters, digits, `.`, `-`, `_`, `~` and the colon, which never is. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function distroOf(os: Package | undefined): string | undefined {
  if (os === undefined) return undefined;
  return os.version === '' ? os.name : `${os.name}-${os.version}`;
}
