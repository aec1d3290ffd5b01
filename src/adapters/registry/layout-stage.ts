import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import type { TarMember } from '../../base/tar-write.ts';
import { writeTar } from '../../base/tar-write.ts';
import type { Layout, StagedLayout } from '../../ports/layout.ts';
import { bundleName, layoutFolders } from './bundle-names.ts';
import type { Files } from './files.ts';

/** Whether a bundle at this place is an archive. */
function isArchive(out: string): boolean {
  return out.endsWith('.tar');
}

/** Where it grows: beside its place, so that it gets there by a rename; found again by the next run. */
export function stageFolder(out: string): string {
  return path.join(path.dirname(out), `.${path.basename(out)}.unfinished`);
}

/** A layout in a folder of its own, until it is whole. */
export class Stage implements StagedLayout {
  readonly layout: Layout;
  readonly #out: string;
  readonly #files: Files;

  constructor(layout: Layout, out: string, files: Files) {
    this.layout = layout;
    this.#out = out;
    this.#files = files;
  }

  async commit(): Promise<void> {
    await checkFree(this.#out, this.#files);
    if (!isArchive(this.#out)) return this.#move(this.layout.path);
    // What a killed process leaves of it lies where the next run tidies up.
    const archive = path.join(this.layout.path, path.basename(this.#out));
    const members = archiveMembers(this.layout.path, this.#files);
    await this.#move(await this.#files.writeBeside(archive, writeTar(members)));
    await this.discard();
  }

  async discard(): Promise<void> {
    await this.#files.removeFolder(this.layout.path);
  }

  async #move(whole: string): Promise<void> {
    try {
      await this.#files.fs.rename(whole, this.#out);
      await this.#files.syncFolder(path.dirname(this.#out));
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOTEMPTY' || code === 'EEXIST') throw taken(this.#out);
      throw translateSystemError(error, this.#out);
    }
  }
}

/** An archive never takes the place of anything, a folder that of an empty one only. @throws Failure `output-exists` */
export async function checkFree(out: string, files: Files): Promise<void> {
  const status = await files.statusOf(out);
  if (status === undefined) return;
  if (!isArchive(out) && status.isDirectory() && (await files.list(out)).length === 0) return;
  throw taken(out);
}

function taken(out: string): Failure {
  return new Failure('output-exists', `there is something at ${out} already`, {
    hint: 'Name another place, or take away what is there.',
  });
}

/**
 * The same layout gives the same bytes: no times, no owners, one order. `index.json` stands first, so that who reads a
 * stream knows what comes.
 */
async function* archiveMembers(folder: string, files: Files): AsyncGenerator<TarMember> {
  const head = { uid: 0, gid: 0, mtime: 0 };
  const names: string[] = [];
  for (const below of layoutFolders) {
    const listed = await files.list(path.join(folder, below));
    names.push(...listed.map((name) => path.posix.join(below, name)));
  }
  const wanted = names.filter((name) => ['blob', 'document'].includes(bundleName(name).kind));
  const rank = (name: string): number =>
    name === 'oci-layout' ? 0 : name === 'index.json' ? 1 : name.includes('/') ? 3 : 2;
  const ordered = wanted.toSorted((left, right) => rank(left) - rank(right) || compareFileNames(left, right));
  const parents = layoutFolders.filter(
    (each) => each !== '' && wanted.some((name) => name.startsWith(`${each}/`)),
  );
  for (const name of ordered.filter((each) => rank(each) < 3)) yield await fileMember(name);
  for (const name of parents) yield { ...head, kind: 'directory', name, mode: 0o755 };
  for (const name of ordered.filter((each) => rank(each) === 3)) yield await fileMember(name);

  async function fileMember(name: string): Promise<TarMember> {
    const refuse = (why: string): Failure => new Failure('bundle-invalid', `${folder}/${name}: ${why}`);
    const file = path.join(folder, name);
    const size = await files.sizeOf(file, refuse);
    if (size === undefined) throw refuse('it has gone');
    // Whoever writes the archive may fail before it asks for the content: a file that nobody reads is not opened.
    return { ...head, kind: 'file', name, mode: 0o644, size, content: files.pieces(file, refuse) };
  }
}
