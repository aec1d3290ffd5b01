import { isUtf8 } from 'node:buffer';
import { limits } from '../base/limits.ts';
import type { RepoAnswer } from './fleet.ts';

/**
 * The patch of a dry run in an answer, which is text; or a line that says why it is not there. A patch keeps the bytes of its
 * files, and one that was made to be text would not apply.
 */
export function patchAnswer(patch: Uint8Array): Pick<RepoAnswer, 'lines' | 'patch'> {
  if (patch.length === 0) return { lines: [] };
  if (patch.length > limits.fleetPatchBytesMax)
    return { lines: [`the patch has ${patch.length} bytes and is not shown`] };
  if (!isUtf8(patch)) return { lines: ['the patch holds text that is not UTF-8, and is not shown'] };
  return { lines: [], patch: Buffer.from(patch).toString() };
}
