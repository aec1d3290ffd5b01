import { posix } from 'node:path';
import { Failure } from '../../../base/failure.ts';
import { jsonOf, textAt } from '../../../base/json-path.ts';
import { limits } from '../../../base/limits.ts';
import { placedTextAt } from '../../../base/placed-value.ts';
import { collectBytes } from '../../../base/stream.ts';
import { readTar } from '../../../base/tar-read.ts';
import { readToml } from '../../../base/toml.ts';
import { unpack } from '../../../base/unpack.ts';
import type { ImageManifest } from '../../../model/manifest.ts';
import type { Repository } from '../../../ports/repository.ts';
import type { SourceFile } from '../../../ports/runner.ts';

/** Where the lifecycle looks for buildpacks (platform spec, "Buildpacks Directory Layout"). */
const buildpacksFolder = 'cnb/buildpacks';

/** All buildpacks of a buildpackage image, where the lifecycle looks for them (distribution spec, "Buildpackage"). */
export async function* buildpackageFiles(
  repository: Repository,
  manifest: ImageManifest,
): AsyncGenerator<SourceFile> {
  const budget = new Budget(repository.name);
  for (const layer of manifest.layers) {
    const refuse = (why: string): Failure =>
      new Failure('content-refused', `layer ${layer.digest} of ${repository.name} cannot be read: ${why}`);
    for await (const entry of readTar(unpack(repository.blob(layer), refuse), refuse)) {
      const path = entry.name.replace(/^\.?\//, '');
      if (!path.startsWith(`${buildpacksFolder}/`) || posix.normalize(path) !== path.replace(/\/$/, ''))
        continue;
      if (entry.kind === 'link') yield { kind: 'link', path, target: entry.linkName };
      if (entry.kind !== 'file') continue;
      budget.take(entry.size);
      const executable = (entry.mode & 0o111) !== 0;
      yield { kind: 'file', path, executable, size: entry.size, bytes: () => entry.content };
    }
  }
}

/**
 * The version of which a buildpackage says that it is (distribution spec, "Buildpackage", Labels). Undefined: its label does
 * not tell, or is of another buildpack.
 */
export function buildpackageVersion(
  labels: Readonly<Record<string, string>>,
  id: string,
): string | undefined {
  const told = jsonOf(labels['io.buildpacks.buildpackage.metadata'] ?? '');
  const version = textAt(told, 'version');
  return textAt(told, 'id') === id && version !== undefined && isName(version) ? version : undefined;
}

/** A folder with a buildpack, put where the lifecycle looks for it. */
export async function* folderBuildpackFiles(
  files: AsyncIterable<SourceFile>,
  { id, version }: { readonly id: string; readonly version: string },
): AsyncGenerator<SourceFile> {
  const budget = new Budget(id);
  const root = `${buildpacksFolder}/${id.replaceAll('/', '_')}/${version}`;
  for await (const file of files) {
    budget.take(file.kind === 'file' ? file.size : 0);
    yield { ...file, path: `${root}/${file.path}` };
  }
}

/**
 * What `[buildpack]` of a buildpack.toml says (buildpack spec, "buildpack.toml"). @throws Failure `content-refused`
 */
export async function buildpackOf(
  files: AsyncIterable<SourceFile>,
  folder: string,
): Promise<{ readonly id: string; readonly version: string }> {
  for await (const file of files) {
    if (file.kind !== 'file' || file.path !== 'buildpack.toml') continue;
    const bytes = await collectBytes(file.bytes(), limits.buildpackTomlBytesMax, () => {
      throw new Failure(
        'content-refused',
        `${folder}/buildpack.toml is larger than ${limits.buildpackTomlBytesMax} bytes`,
      );
    });
    const document = readToml(bytes.toString('utf8'));
    const [id, version] = ['id', 'version'].map((key) => placedTextAt(document, 'buildpack', key));
    if (id !== undefined && version !== undefined && isName(id) && isName(version)) return { id, version };
    throw new Failure('content-refused', `${folder}/buildpack.toml names no id and version`);
  }
  throw new Failure('path-missing', `${folder} holds no buildpack.toml`);
}

/** What becomes a part of a path. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/.test(text) && !text.split('/').includes('..');
}

class Budget {
  readonly #name: string;
  #files = 0;
  #bytes = 0;

  constructor(name: string) {
    this.#name = name;
  }

  take(size: number): void {
    this.#files += 1;
    this.#bytes += size;
    if (this.#files > limits.injectedFilesMax || this.#bytes > limits.injectedBytesMax)
      throw new Failure('content-refused', `the buildpack ${this.#name} is larger than any buildpack`, {
        hint: 'Name the image or folder of the buildpack alone.',
      });
  }
}
