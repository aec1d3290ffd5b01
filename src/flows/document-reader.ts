import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { YamlNode } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import type { Named } from '../model/platform-profile.ts';
import type { Documents } from '../ports/documents.ts';

/** What is looked for in a document. */
export interface Wanted<T> {
  /** Ends the sentence "it is not …". */
  readonly what: string;
  /** @throws Failure where it is none */
  readonly read: (written: string) => T;
}

/**
 * Documents as they were when they were first asked for: each is read once, so that one that changes in the meantime
 * cannot give a builder of today with a run image of tomorrow.
 */
export class DocumentReader {
  readonly #documents: Documents;
  readonly #read = new Map<string, Promise<Uint8Array>>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** @throws Failure as {@link Documents.read}, and `document-invalid` where the digest differs or it is not UTF-8 */
  async text(place: string, digest: Digest | undefined): Promise<string> {
    const known = this.#read.get(place) ?? this.#documents.read(place);
    this.#read.set(place, known);
    const bytes = await known;
    if (digest !== undefined) checkDigest(bytes, digest, place);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (error) {
      throw new Failure('document-invalid', `${place} is not UTF-8`, { cause: error });
    }
  }

  /** The value itself, or what stands at its place in its document. @throws Failure as {@link text} */
  async value<T>(named: Named<T>, { what, read }: Wanted<T>): Promise<T> {
    if (named.kind === 'value') return named.value;
    const { document, digest, at } = named;
    const written = valueIn(await this.text(document, digest), document, at);
    try {
      return read(written);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // What stands there is not quoted: it may be what somebody meant to stay in that document.
      throw new Failure('document-invalid', `${document}: ${at.join('.')} is not ${what}`, {
        hint: 'Check at in lockkeeper.yaml: the keys from the root of the document, with dots between them.',
      });
    }
  }
}

function checkDigest(bytes: Uint8Array, digest: Digest, place: string): void {
  const found = digestOf(bytes);
  if (found === digest) return;
  throw new Failure('document-invalid', `${place} is ${found}, and was pinned to ${digest}`, {
    hint: 'Look at what changed in it; if that is wanted, write the new digest into lockkeeper.yaml.',
  });
}

/** Templates around a value (`{{ … }}`, as Helmfile has them) break a line of YAML, and none of the others. */
function valueIn(text: string, place: string, at: readonly string[]): string {
  const { root } = readYaml(masked(text), { merge: true, aliasesMax: limits.yamlAliasesMax, anyTag: true });
  let node: YamlNode | undefined = root;
  for (const key of at) node = node === undefined ? undefined : child(node, key);
  if (node?.kind === 'scalar' && node.value !== null && !node.source.includes(templateMark))
    return node.source;
  const what =
    node === undefined ? 'is not there' : node.kind === 'scalar' ? 'is empty, or a template’s' : 'is no text';
  throw new Failure('document-invalid', `${place}: ${at.join('.')} ${what}`, {
    hint: 'Check at in lockkeeper.yaml: the keys from the root of the document, with dots between them.',
  });
}

function child(node: YamlNode, key: string): YamlNode | undefined {
  if (node.kind === 'map') return node.entries.find((entry) => entry.key === key)?.value;
  return node.kind === 'list' && /^[0-9]{1,6}$/.test(key) ? node.items[Number(key)] : undefined;
}

// No document holds it.
const templateMark = '\u{F8FF}';

function masked(text: string): string {
  return text.replaceAll(/\{\{[^\n{}]{0,2000}\}\}/g, templateMark);
}
