import { readdirSync, readFileSync } from 'node:fs';

/** Reports that real runners wrote (`<runner>-<version>…`), with the paths of the machine replaced by `/src`. */
export function sample(name: string): Uint8Array {
  return readFileSync(new URL(name, import.meta.url));
}

export function sampleNames(extension: 'json' | 'jsonl' | 'tap' | 'xml'): readonly string[] {
  return readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith(`.${extension}`));
}

/** The same bytes in a file of this name. */
export function report(
  path: string,
  content: string | Uint8Array,
): { readonly path: string; readonly bytes: Uint8Array } {
  return { path, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content };
}
