import { jsonAnswer, textAt, textsAt } from '../../base/json-path.ts';
import type { Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine } from '../../ports/engine-command.ts';

/** An image as the engine describes it. */
export interface HeldImage {
  /** The manifest that it came from, where the engine remembers. */
  readonly manifest: string | undefined;
  /** Digests of the uncompressed layers, base first. */
  readonly diffIds: readonly string[];
}

/** Undefined: the engine does not know the image, or says nothing that can be understood. */
export async function findHeldImage(
  engine: Engine,
  id: Digest,
  signal: AbortSignal | undefined,
): Promise<HeldImage | undefined> {
  const result = await askEngine(engine, ['image', 'inspect', id], { signal });
  if (result.status !== 0) return undefined;
  const answer = jsonAnswer(result.stdout);
  const written = textAt(answer, 0, 'Id') ?? '';
  // Podman leaves the algorithm out.
  if (written !== id && `sha256:${written}` !== id) return undefined;
  return { manifest: textAt(answer, 0, 'Digest'), diffIds: textsAt(answer, 0, 'RootFS', 'Layers') ?? [] };
}
