import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { Ecosystem, FileFacts, Ownership, Package } from '../../../model/package.ts';

/**
 * Collects what one file says. Its bounds are those of memory: a file of a few megabytes can name one long folder
 * once and a million files below it.
 */
export class FactsBuilder {
  readonly #place: string;
  readonly #packages: Package[] = [];
  readonly #owns: Ownership[] = [];
  readonly #troubles = new Set<string>();
  #nameless = 0;
  #pathsLeft: number = limits.ownedPathsMax;
  #pathCharsLeft: number = limits.ownedPathCharsMax;

  constructor(place: string) {
    this.#place = place;
  }

  get place(): string {
    return this.#place;
  }

  /** `place` stands for a file within the file, such as a jar in a jar. */
  add(found: Omit<Package, 'place'>, place: string = this.#place): void {
    const { name, version } = found;
    if (
      name === '' ||
      name.length > limits.packageFieldCharsMax ||
      version.length > limits.packageFieldCharsMax
    ) {
      this.#nameless += 1;
    } else if (this.#packages.length >= limits.packagesOfFileMax) {
      this.trouble(`of its packages only the first ${limits.packagesOfFileMax} are read`);
    } else {
      this.#packages.push({ ...withoutLong(found), place });
    }
  }

  /** An entry without the name or the version that each must have. */
  addNameless(): void {
    this.#nameless += 1;
  }

  /** Paths as the file writes them, against `folder`, which is a path in the image; what leads out of it is left out. */
  own(
    { ecosystem, name }: { readonly ecosystem: Ecosystem; readonly name: string },
    paths: Iterable<string>,
    { folder = '', below = [] }: { readonly folder?: string; readonly below?: readonly string[] } = {},
  ): void {
    // Whoever names too many files is not listened to any longer.
    if (this.#pathsLeft < 0 || this.#pathCharsLeft < 0) return;
    const kept: string[] = [];
    for (const path of paths) {
      const whole = insideOf(folder, path);
      if (whole === undefined) continue;
      this.#pathsLeft -= 1;
      this.#pathCharsLeft -= whole.length;
      if (this.#pathsLeft < 0 || this.#pathCharsLeft < 0) {
        this.trouble('it names more files than are read');
        break;
      }
      kept.push(whole);
    }
    const folders = below.flatMap((path) => {
      const whole = insideOf(folder, path);
      return whole === undefined ? [] : [`${whole}/`];
    });
    if (kept.length + folders.length === 0) return;
    this.#owns.push({ ecosystem, name, paths: kept, ...(folders.length > 0 && { below: folders }) });
  }

  trouble(text: string): void {
    if (this.#troubles.size < limits.troublesOfFileMax) this.#troubles.add(text);
  }

  build(): FileFacts {
    const nameless = this.#nameless;
    return {
      packages: this.#packages,
      owns: this.#owns,
      troubles: [
        ...this.#troubles,
        ...(nameless === 0 ? [] : [`entries without a name or version that can be read: ${nameless}`]),
      ],
    };
  }
}

/** Fields that nothing is decided by are left out where no honest package has them so long. */
function withoutLong(found: Omit<Package, 'place'>): Omit<Package, 'place'> {
  const fits = (text: string | undefined): text is string =>
    text !== undefined && text !== '' && text.length <= limits.packageFieldCharsMax;
  const { ecosystem, name, version, architecture, source, licence, size } = found;
  return {
    ecosystem,
    name,
    version,
    ...(fits(architecture) && { architecture }),
    ...(fits(source) && { source }),
    ...(fits(licence) && { licence }),
    ...(size !== undefined && Number.isSafeInteger(size) && size >= 0 && { size }),
  };
}

/** Without a leading slash; undefined for the root itself and for what lies outside. */
function insideOf(folder: string, path: string): string | undefined {
  if (path.length > limits.archiveNameBytesMax) return undefined;
  // Nearly every path is this plain, and a distribution has a hundred thousand.
  if (path.startsWith('/') && path.length > 1 && !unplain.test(path)) return path.slice(1);
  const joined = path.startsWith('/') ? posix.normalize(path) : posix.join(folder, path);
  const whole = joined.replace(/^\/+|\/+$/gu, '');
  return whole === '' || whole === '.' || whole === '..' || whole.startsWith('../') ? undefined : whole;
}

/** A part that is empty, `.` or `..`. */
const unplain = /\/\.{0,2}(?:\/|$)/u;
