import { readCommand } from '../../base/command.ts';
import { isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { readTar, type TarEntry } from '../../base/tar-read.ts';
import type { Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { engineCommand, withEngine } from '../../ports/engine-command.ts';
import { notHandedOut, notUnderstood } from './saved-image.ts';

/** Hands over the members of `docker save` as they come, one after the other. @throws Failure `engine-*`, `program-output` */
export async function readDockerSave(
  engine: Engine,
  ids: readonly Digest[],
  signal: AbortSignal | undefined,
  take: (entry: TarEntry) => Promise<void>,
): Promise<void> {
  const command = engineCommand(engine, ['save', ...ids], { timeoutMs: limits.engineTransferMs, signal });
  const reading = readCommand(command, async (stdout) => {
    try {
      for await (const entry of readTar(stdout, notUnderstood)) await take(entry);
    } catch (error) {
      // An engine that gives up midway leaves half an archive; then its own words say why.
      if (isFailure(error, 'program-output')) return error;
      throw error;
    }
    return undefined;
  });
  const { value: broken, ...end } = await withEngine(engine, reading);
  if (end.status !== 0) throw await notHandedOut(engine, ids.join(', '), end);
  if (broken !== undefined) throw broken;
}
