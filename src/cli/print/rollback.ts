import { safeLine } from '../../base/text.ts';
import type { RollbackOutcome } from '../../flows/rollback.ts';
import { shortDigest } from '../../model/digest.ts';
import { holdChangeText } from './hold-change.ts';
import { changedFilesText, fileDocument, type PinPrinting } from './pins.ts';
import { placedLines } from './placed-lines.ts';

export function rollbackText(outcome: RollbackOutcome, dryRun: boolean, printing: PinPrinting): string {
  const { images, files, hold, kept, notices } = outcome;
  const back = images.map(({ name, to, movedAt }) =>
    safeLine(
      `${name} ${dryRun ? 'would go' : 'goes'} back to ${shortDigest(to)}${movedAt === undefined ? '' : `, which it was moved from on ${movedAt.slice(0, 10)}`}`,
    ),
  );
  const left = kept.map(({ mention, why }) => ({
    place: `${mention.place.file}:${mention.place.line}:${mention.place.column}`,
    text: `${mention.text} stays as it is: ${why}`,
  }));
  return [
    ...back,
    ...(images.length === 0 ? [] : changedFilesText(files, printing)),
    ...placedLines(left, printing.columns),
    ...holdChangeText(hold, dryRun),
    ...notices.map(safeLine),
    '',
  ].join('\n');
}

export function rollbackDocument(
  { images, files, hold, kept, notices }: RollbackOutcome,
  dryRun: boolean,
): unknown {
  return { version: 1, dryRun, images, files: files.map(fileDocument), hold, kept, notices };
}
