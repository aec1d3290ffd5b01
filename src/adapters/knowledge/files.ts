import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { readKnowledge, type BuildpackKnowledge } from '../../model/buildpack-knowledge.ts';
import type { Knowledge } from '../../ports/knowledge.ts';

/** A folder with one YAML file a buildpack; the one that comes with this program where none is named. */
export class KnowledgeFiles implements Knowledge {
  readonly #folder: string;
  #all: Promise<ReadonlyMap<string, BuildpackKnowledge>> | undefined;

  constructor(folder: string = path.join(import.meta.dirname, '../../../data/buildpacks')) {
    this.#folder = folder;
  }

  all(): Promise<ReadonlyMap<string, BuildpackKnowledge>> {
    this.#all ??= readAll(this.#folder);
    return this.#all;
  }
}

async function readAll(folder: string): Promise<ReadonlyMap<string, BuildpackKnowledge>> {
  const found = new Map<string, BuildpackKnowledge>();
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
    for (const name of names) {
      const knowledge = readKnowledge(await readFile(path.join(folder, name), 'utf8'), name);
      if (found.has(knowledge.id))
        throw new Failure(
          'document-invalid',
          `${name}: ${knowledge.id} is described by another file already`,
        );
      found.set(knowledge.id, knowledge);
    }
  } catch (error) {
    throw translateSystemError(error, folder);
  }
  return found;
}
