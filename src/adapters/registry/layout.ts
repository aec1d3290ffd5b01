import path from 'node:path';
import { pid } from 'node:process';
import { limits } from '../../base/limits.ts';
import { Failure, isFailure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { systemProcesses } from '../../base/process-table.ts';
import { streamOf } from '../../base/stream.ts';
import type { Layout, LayoutFile, Layouts, StagedLayout } from '../../ports/layout.ts';
import { Files, isTemporary, machineFiles, type FileSystem } from './files.ts';
import { FileLayout } from './file-layout.ts';
import { filesInArchive, filesInFolder, unpackInto } from './layout-files.ts';
import { indexName, layoutVersion, versionName } from './layout-folder.ts';
import { formatLayoutIndex } from './layout-index.ts';
import { checkFree, Stage, stageFolder } from './layout-stage.ts';
import { Mutex } from './mutex.ts';
import { layoutFolders } from './bundle-names.ts';
import { isTarFile, TarFiles } from './tar-files.ts';

/** Layouts in directories of this machine. */
export class FileLayouts implements Layouts {
  readonly #files: Files;
  readonly #mutexes = new Map<string, Mutex>();

  constructor(fs: FileSystem = machineFiles) {
    this.#files = new Files(fs, pid);
  }

  async open(folder: string): Promise<Layout> {
    const archive = await this.#archive(folder);
    if (archive !== undefined) return new FileLayouts(await TarFiles.read(archive)).open(archive);
    const place = await this.#place(folder, () => missing(folder, 'it is not a folder'));
    if (place === undefined) throw missing(folder, 'there is nothing at this place');
    if (!(await this.#isLayout(place))) throw missing(place, `it holds no ${versionName}`);
    if ((await this.#files.statusOf(path.join(place, indexName))) === undefined)
      throw invalid(place, `${indexName} is not there`);
    return this.#layout(place);
  }

  async openOrCreate(folder: string): Promise<Layout> {
    const refuse = (): Failure => occupied(folder, ['it is not a folder']);
    const found = await this.#place(folder, refuse);
    if (found === undefined) await this.#files.makeFolder(folder);
    const place = found ?? (await this.#place(folder, refuse)) ?? folder;
    if (!(await this.#isLayout(place))) {
      const strangers = (await this.#files.list(place)).filter((name) => !isTemporary(name));
      if (strangers.length > 0) throw occupied(place, strangers);
      await this.#files.replace(path.join(place, versionName), streamOf([Buffer.from(layoutVersion)]));
    }
    // Whoever was killed while making it left no index yet.
    if ((await this.#files.statusOf(path.join(place, indexName))) === undefined) {
      await this.#files.replace(path.join(place, indexName), streamOf([formatLayoutIndex([])]));
    }
    return this.#layout(place);
  }

  remove(folder: string): Promise<void> {
    return this.#files.removeFolder(folder);
  }

  async stage(out: string): Promise<StagedLayout> {
    if (!(await this.#holdsLayout(out))) await checkFree(out, this.#files);
    const folder = stageFolder(out);
    try {
      return new Stage(await this.openOrCreate(folder), out, this.#files);
    } catch (error) {
      if (isFailure(error, 'disk-full')) await this.#files.removeFolder(folder);
      throw error;
    }
  }

  async unpack(place: string, out: string): Promise<void> {
    await checkFree(out, this.#files);
    const folder = stageFolder(out);
    await this.#files.removeFolder(folder);
    try {
      await unpackInto(folder, this.files(place), this.#files);
      await new Stage(await this.open(folder), out, this.#files).commit();
    } catch (error) {
      await this.#files.removeFolder(folder);
      throw error;
    }
  }

  async *files(folder: string): AsyncGenerator<LayoutFile> {
    const archive = await this.#archive(folder);
    if (archive !== undefined) {
      yield* filesInArchive(archive);
      return;
    }
    const place = await this.#place(folder, () => missing(folder, 'it is not a folder'));
    if (place === undefined) throw missing(folder, 'there is nothing at this place');
    yield* filesInFolder(place, this.#files);
  }

  async #holdsLayout(place: string): Promise<boolean> {
    try {
      await this.open(place);
      return true;
    } catch (error) {
      if (isFailure(error, 'bundle-missing', 'bundle-invalid')) return false;
      throw error;
    }
  }

  /** The file that lies at a place; undefined: it is none. */
  async #archive(place: string): Promise<string | undefined> {
    try {
      const file = await this.#files.fs.realpath(place);
      if ((await this.#files.statusOf(file))?.isFile() !== true) return undefined;
      if (await isTarFile(file)) return file;
      throw missing(place, 'it is neither a folder nor a tar archive');
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw isFailure(error) ? error : translateSystemError(error, place);
    }
  }

  /** The folder itself, with the links that its user put on the way to it; undefined: nothing is there. */
  async #place(folder: string, refuse: () => Failure): Promise<string | undefined> {
    let place: string;
    try {
      place = await this.#files.fs.realpath(folder);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, folder);
    }
    const status = await this.#files.statusOf(place);
    if (status?.isDirectory() === true) return place;
    throw refuse();
  }

  async #isLayout(place: string): Promise<boolean> {
    const refuse = (why: string): Failure => invalid(place, `${versionName}: ${why}`);
    const bytes = await this.#files.read(path.join(place, versionName), limits.layoutVersionBytesMax, refuse);
    if (bytes === undefined) return false;
    if (!/^\s*\{\s*"imageLayoutVersion"\s*:\s*"1\.[0-9]+\.[0-9]+"\s*\}\s*$/.test(bytes.toString('utf8')))
      throw refuse('it does not say version 1');
    return true;
  }

  async #layout(place: string): Promise<Layout> {
    for (const folder of layoutFolders) {
      const status = await this.#files.statusOf(path.join(place, folder));
      if (status !== undefined && !status.isDirectory()) throw invalid(place, `${folder} is no folder`);
    }
    const mutex = this.#mutexes.get(place) ?? new Mutex();
    this.#mutexes.set(place, mutex);
    return new FileLayout({ path: place, mutex, lock: { files: this.#files, ...(await systemProcesses()) } });
  }
}

export const diskLayouts: Layouts = new FileLayouts();

function missing(folder: string, why: string): Failure {
  return new Failure('bundle-missing', `${folder} is no bundle: ${why}`, {
    hint: `Make one with \`lockkeeper build --out ${folder}\`, or \`lockkeeper bundle create\`.`,
  });
}

function invalid(folder: string, why: string): Failure {
  return new Failure('bundle-invalid', `${folder} is no sound OCI layout: ${why}`);
}

function occupied(folder: string, strangers: readonly string[]): Failure {
  const shown = strangers.slice(0, 3).join(', ');
  return new Failure(
    'output-exists',
    `${folder} is taken by something that is no bundle: ${shown}${strangers.length > 3 ? ', …' : ''}`,
    {
      hint: 'Name an empty or new folder.',
    },
  );
}
