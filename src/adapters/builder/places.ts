import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import type { BuildRequest } from '../../ports/builder.ts';

/** Looks at what the engine is going to read, since engines say "no such file" in a dozen ways and after a while. */
export async function checkPlaces({ dockerfile, context }: BuildRequest): Promise<void> {
  const file = await statusOf(dockerfile, 'Dockerfile', 'images.NAME.dockerfile');
  if (!file.isFile()) throw new Failure('path-refused', `the Dockerfile ${dockerfile} is not a file`);
  const folder = await statusOf(context, 'build context', 'images.NAME.context');
  if (!folder.isDirectory())
    throw new Failure('path-refused', `the build context ${context} is not a folder`);
}

async function statusOf(path: string, what: string, field: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw translateSystemError(error, path);
    throw new Failure('path-missing', `there is no ${what} at ${path}`, {
      hint: `Correct ${field} in lockkeeper.yaml; paths in it start at its own folder.`,
      cause: error,
    });
  }
}
