import type { BuildpackKnowledge } from '../model/buildpack-knowledge.ts';

/** What is known of buildpacks without looking into them. */
export interface Knowledge {
  /** By id, each once. @throws Failure `document-invalid`, `file-*` */
  all(): Promise<ReadonlyMap<string, BuildpackKnowledge>>;
}
