import { plural, safeLine } from '../../base/text.ts';
import type { CheckOutcome } from '../../flows/check.ts';
import type { PinFindingKind } from '../../model/pin-policy.ts';
import { pinFindingKinds } from '../../model/pin-policy.ts';
import type { PinFinding } from '../../model/plan.ts';
import { failureDocument } from './failure.ts';
import type { PinPrinting } from './pins.ts';
import { placedLines } from './placed-lines.ts';

/** What each kind of finding is called above its lines. */
export const pinFindingTitles: Readonly<Record<PinFindingKind, string>> = {
  dead: 'Dead: the pinned image has gone',
  absent: 'Absent: there is no such name',
  'not-allowed': 'Not allowed by lockkeeper.yaml',
  'hold-expired': 'Expired: a hold that nobody took out',
  drifted: 'Drifted: one name, several digests',
  unpinned: 'Unpinned: no digest',
  'one-platform': 'One platform of several',
  backwards: 'Backwards: the name went back',
  stale: 'Stale: the name moved on',
  denied: 'Denied: the registry refuses to answer us',
  unreachable: 'Unreachable: the registry gave no answer',
  unresolved: 'Unresolved: the name cannot be told',
  'not-read': 'Not read, or not to the end: names may be missing',
};

/** Findings by kind, the worst kind first, each with its place; then how many. */
export function checkText({ survey, findings }: CheckOutcome, { paint, columns }: PinPrinting): string {
  const lines = pinFindingKinds.flatMap((kind) => {
    const group = findings.filter((finding) => finding.kind === kind);
    const [first] = group;
    if (first === undefined) return [];
    const title = paint(['bold', first.severity === 'error' ? 'red' : 'yellow'], pinFindingTitles[kind]);
    const said = group.map(({ file, mention, message }) => ({
      place: mention === undefined ? file : `${file}:${mention.place.line}:${mention.place.column}`,
      text: message,
    }));
    const remedy = first.remedy === undefined ? [] : [`  → ${safeLine(first.remedy)}`];
    return [title, ...placedLines(said, columns), ...remedy, ''];
  });
  return [...lines, summary(survey.mentions.length, findings), ''].join('\n');
}

function summary(mentions: number, findings: readonly PinFinding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return `${plural(mentions, 'mention')}, nothing to say.`;
  return `${plural(mentions, 'mention')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`;
}

export function checkDocument({ survey, findings }: CheckOutcome): unknown {
  return {
    version: 1,
    mentions: survey.mentions.length,
    findings: findings.map(({ kind, severity, file, mention, message, remedy, failure }) => ({
      kind,
      severity,
      file,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      ...(mention === undefined ? {} : { mention }),
      ...(failure === undefined ? {} : { failure: failureDocument(failure) }),
    })),
  };
}
