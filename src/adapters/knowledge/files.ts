import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { readKnowledge, type BuildpackKnowledge } from '../../model/buildpack-knowledge.ts';
import type { Knowledge } from '../../ports/knowledge.ts';

/**
 * A folder with one YAML file a buildpack, called as its id is with `-` for `/`; the folder that comes with this program
 * where none is named. Only the files that are asked for are read.
 */
export class KnowledgeFiles implements Knowledge {
  readonly #folder: string;
  readonly #read = new Map<string, Promise<BuildpackKnowledge | undefined>>();

  constructor(folder: string = path.join(packageRoot, 'data/buildpacks')) {
    this.#folder = folder;
  }

  /** The ids that there are files for, by the names of the files. */
  async ids(): Promise<readonly string[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ending));
    const all = names.map((name) => this.#file(name.slice(0, -ending.length), undefined));
    return (await Promise.all(all)).flatMap((found) => (found === undefined ? [] : [found.id]));
  }

  async of(ids: Iterable<string>): Promise<ReadonlyMap<string, BuildpackKnowledge>> {
    // An id comes from a label; it must not lead out of the folder.
    const wanted = [...new Set(ids)].filter((id) => /^[a-z0-9._-]+(?:\/[a-z0-9._-]+)*$/i.test(id));
    const found = await Promise.all(
      wanted.map(async (id) => {
        const read = this.#read.get(id) ?? this.#file(id.replaceAll('/', '-'), id);
        this.#read.set(id, read);
        const knowledge = await read;
        return knowledge === undefined ? [] : [[id, knowledge] as const];
      }),
    );
    return new Map(found.flat());
  }

  async #file(name: string, id: string | undefined): Promise<BuildpackKnowledge | undefined> {
    const file = path.join(this.#folder, `${name}${ending}`);
    try {
      const knowledge = readKnowledge(await readFile(file, 'utf8'), path.basename(file));
      if (id === undefined || knowledge.id === id) {
        const wanted = knowledge.id.replaceAll('/', '-');
        if (name === wanted) return knowledge;
        throw new Failure(
          'document-invalid',
          `${name}${ending}: ${knowledge.id} belongs into ${wanted}${ending}`,
        );
      }
      return undefined;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, file);
    }
  }
}

const ending = '.yaml';
