import { safeLine } from '../../base/text.ts';
import type { HoldChange } from '../../flows/hold-file.ts';
import { describeHold } from '../../model/hold.ts';

/** What changed in lockkeeper.yaml, or would. */
export function holdChangeText({ file, added, released }: HoldChange, dryRun: boolean): readonly string[] {
  const gone = released.map(
    (hold) => `${dryRun ? 'would release' : 'released'} ${hold.image}: ${describeHold(hold)}`,
  );
  const lines =
    added.length === 0
      ? []
      : [`${dryRun ? 'would be added' : 'added'} to ${file}:`, ...added.map((line) => `  ${line}`)];
  return [...gone, ...lines].map(safeLine);
}
