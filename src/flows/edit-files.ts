import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import type { FileOutcome } from '../model/pin.ts';
import type { Editor } from '../ports/editor.ts';
import { prepareFiles, type PreparedFile, type PrepareOrder } from './prepare-files.ts';
import type { Scanned } from './scan.ts';

export interface EditOrder extends PrepareOrder {
  /** Absolute. */
  readonly directory: string;
  readonly dryRun: boolean;
}

export interface EditTools {
  readonly editor: Editor;
  readonly mentionsAfter: Scanned['mentionsAfter'];
}

/** Edits files on disk, each whole or not at all, and only as {@link prepareFiles} finds them right. */
export async function editFiles(order: EditOrder, tools: EditTools): Promise<readonly FileOutcome[]> {
  const prepared = await prepareFiles(order, {
    read: (file) => tools.editor.read(path.join(order.directory, file), limits.scanFileBytesMax),
    mentionsAfter: tools.mentionsAfter,
  });
  const outcomes: FileOutcome[] = [];
  await eachInParallel(prepared, limits.filesAtOnceMax, async (each) => {
    outcomes.push(each.kind === 'failed' ? each : await write(order, each, tools));
  });
  return outcomes.toSorted((left, right) => (left.file < right.file ? -1 : 1));
}

async function write(
  { directory, dryRun }: EditOrder,
  { file, pins, before, after }: Extract<PreparedFile, { readonly kind: 'ready' }>,
  { editor }: EditTools,
): Promise<FileOutcome> {
  if (dryRun) return { kind: 'planned', file, pins };
  try {
    await editor.replace(path.join(directory, file), before, after);
    return { kind: 'written', file, pins };
  } catch (error) {
    if (error instanceof Failure && error.code !== 'interrupted')
      return { kind: 'failed', file, pins, failure: error };
    throw error;
  }
}
