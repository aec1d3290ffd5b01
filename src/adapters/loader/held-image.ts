import { jsonOf, textAt, textsAt } from '../../base/json-path.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine } from '../../ports/engine-command.ts';

/** An image as the engine describes it. */
export interface HeldImage {
  readonly id: string;
  /** The manifest that it came from, where the engine remembers. */
  readonly manifest: string | undefined;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly string[];
}

/** The image of a name or an id. Undefined: the engine does not know it, or says nothing that can be understood. */
export async function findHeldImage(
  engine: Engine,
  name: string,
  signal: AbortSignal | undefined,
): Promise<HeldImage | undefined> {
  const result = await askEngine(engine, ['image', 'inspect', name], { signal });
  if (result.status !== 0) return undefined;
  const answer = jsonOf(result.stdout);
  const written = textAt(answer, 0, 'Id');
  if (written === undefined) return undefined;
  // Podman leaves the algorithm out.
  const id = written.includes(':') ? written : `sha256:${written}`;
  return { id, manifest: textAt(answer, 0, 'Digest'), diffIds: textsAt(answer, 0, 'RootFS', 'Layers') ?? [] };
}
