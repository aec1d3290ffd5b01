import type { BuildpackKnowledge } from '../model/buildpack-knowledge.ts';

/** What is known of buildpacks without looking into them. */
export interface Knowledge {
  /** What is known of these ids, by id; of most buildpacks nothing is. @throws Failure `document-invalid`, `file-*` */
  of(ids: Iterable<string>): Promise<ReadonlyMap<string, BuildpackKnowledge>>;
}
