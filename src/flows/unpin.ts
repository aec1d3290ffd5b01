import type { Mention } from '../model/mention.ts';
import type { FileOutcome } from '../model/pin.ts';
import { formatReference } from '../model/reference.ts';
import type { Survey } from '../model/survey.ts';
import { unpinEdits } from '../stages/pin/unpin.ts';
import { editFiles } from './edit-files.ts';
import type { PinnedEdits } from './pinned-edits.ts';
import { gatherPins, type PinsOrder, type PinTools } from './pins.ts';

export interface UnpinOutcome {
  readonly survey: Survey;
  readonly files: readonly FileOutcome[];
  /** Pinned mentions that keep their digest, and why. */
  readonly kept: readonly { readonly mention: Mention; readonly why: string }[];
}

/** Takes the digests from names that have a tag to go by. No registry is asked. */
export async function unpin(
  order: PinsOrder & { readonly dryRun: boolean },
  tools: PinTools,
): Promise<UnpinOutcome> {
  const {
    survey,
    mentionsAfter,
    order: planning,
  } = await gatherPins(order, { update: false, ledger: 'unused' }, tools);
  const kept: { mention: Mention; why: string }[] = [];
  const changes: PinnedEdits[] = [];
  for (const mention of survey.mentions.filter(planning.isWanted)) {
    if (mention.meaning.kind !== 'image' || mention.meaning.reference.digest === undefined) continue;
    const result = unpinEdits(mention);
    if (result.kind === 'stay') {
      kept.push({ mention, why: result.why });
      continue;
    }
    const { digest, ...name } = mention.meaning.reference;
    const becomes = formatReference({ ...name, tag: result.tag });
    changes.push({ pin: { mention, from: digest, to: undefined }, edits: result.edits, becomes });
  }
  const files = await editFiles(
    { directory: order.directory, mentions: survey.mentions, changes, dryRun: order.dryRun },
    { editor: tools.editor, mentionsAfter },
  );
  return { survey, files, kept };
}
