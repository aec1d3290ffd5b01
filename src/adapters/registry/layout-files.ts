import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import type { LayoutFile } from '../../ports/layout.ts';
import { bundleName, layoutFolders } from './bundle-names.ts';
import type { Files } from './files.ts';
import { indexName } from './layout-folder.ts';
import { tarMembers } from './tar-index.ts';
import { verifiedBytes } from './verify.ts';

const nothing = streamOf<Uint8Array>([]);

/** What lies in a folder and in those that a layout has below it. */
export async function* filesInFolder(folder: string, files: Files): AsyncGenerator<LayoutFile> {
  let count = 0;
  for (const below of layoutFolders) {
    const status = await files.statusOf(path.join(folder, below));
    // What is no folder was told as a stranger already, by the folder above it.
    if (status?.isDirectory() !== true) continue;
    for (const listed of (await files.list(path.join(folder, below))).toSorted(compareFileNames)) {
      count += 1;
      if (count > limits.bundleFilesMax)
        throw new Failure('bundle-invalid', `${folder} has more than ${limits.bundleFilesMax} files`);
      yield await fileIn(folder, path.posix.join(below, listed), files);
    }
  }
}

async function fileIn(folder: string, name: string, files: Files): Promise<LayoutFile> {
  const file = path.join(folder, name);
  const stranger = (why: string): LayoutFile => ({
    name,
    what: { kind: 'stranger', why },
    size: 0,
    content: nothing,
  });
  const status = await files.statusOf(file);
  const what = bundleName(name);
  if (status === undefined || what.kind === 'stranger') return stranger('no bundle has a file of this name');
  if (what.kind === 'folder')
    return status.isDirectory() ? { name, what, size: 0, content: nothing } : stranger('it is no folder');
  if (!status.isFile()) return stranger('it is no regular file');
  const refuse = (why: string): Failure => new Failure('bundle-invalid', `${file}: ${why}`);
  return { name, what, size: status.size, content: files.pieces(file, refuse) };
}

/** What lies in an archive, in its order. */
export async function* filesInArchive(archive: string): AsyncGenerator<LayoutFile> {
  const refuse = (why: string): Failure =>
    new Failure('bundle-invalid', `${archive} is no sound tar archive: ${why}`);
  for await (const { name, kind, size, content } of tarMembers(createReadStream(archive), refuse)) {
    const what = bundleName(name);
    const fits = what.kind === 'folder' ? kind === 'directory' : kind === 'file';
    yield fits && what.kind !== 'stranger'
      ? { name, what, size, content }
      : { name, what: { kind: 'stranger', why: whyNot(what.kind, kind) }, size, content };
  }
}

function whyNot(what: string, kind: string): string {
  if (what === 'stranger') return `no bundle has a ${kind} of this name`;
  return `it is a ${kind}`;
}

/** Writes files where they belong below a folder; `index.json` comes last. @throws Failure `bundle-invalid`, `content-mismatch`, `disk-full` */
export async function unpackInto(
  folder: string,
  listed: AsyncIterable<LayoutFile>,
  files: Files,
): Promise<void> {
  await files.makeFolder(folder);
  let index: Buffer | undefined;
  for await (const { name, what, size, content } of listed) {
    const target = path.join(folder, name);
    const tooLarge = (): never => {
      throw new Failure('bundle-invalid', `${name} is larger than ${limits.manifestBytesMax} bytes`);
    };
    if (what.kind === 'stranger')
      throw new Failure('bundle-invalid', `${name} does not belong there: ${what.why}`);
    if (what.kind === 'blob') {
      await files.makeFolder(path.dirname(target));
      // The type is not looked at: only size and digest are checked.
      const descriptor = { mediaType: 'application/octet-stream', digest: what.digest, size };
      await files.replace(target, verifiedBytes(content, descriptor, name));
    }
    if (what.kind !== 'document') continue;
    const bytes = await collectBytes(content, limits.manifestBytesMax, tooLarge);
    if (what.name === indexName) index = bytes;
    else await files.replace(target, streamOf([bytes]));
  }
  if (index === undefined) throw new Failure('bundle-invalid', `${indexName} is not there`);
  await files.replace(path.join(folder, indexName), streamOf([index]));
}
