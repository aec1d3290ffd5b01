import path from 'node:path';
import type { ExitStatus } from '../../base/failure.ts';
import type { CheckOutcome } from '../../flows/check.ts';
import type { Mention } from '../../model/mention.ts';
import { pinFindingKinds, type PinFindingKind } from '../../model/pin-policy.ts';
import type { PinFinding } from '../../model/plan.ts';
import type { Context, OptionDefinition } from '../command.ts';
import { checkDocument, pinFindingTitles } from '../print/check.ts';
import { programAndVersion } from '../version.ts';
import { renderAnnotations } from './annotations.ts';
import { githubReport } from './github-summary.ts';
import type { Place, PlacedFinding } from './placed-finding.ts';
import { formatOf, writeEach, writeReportFile, type Formats } from './report-file.ts';
import { renderSarifLog, type RuleText } from './sarif-log.ts';

export const checkReportOption: OptionDefinition = {
  long: '--report',
  value: 'FILE',
  description:
    'Also write the findings; the ending says how: .sarif or .json. `github` is no file: it annotates the lines in a job of GitHub Actions.',
  repeatable: true,
};

/** What a check came to, and when. */
export interface CheckReport {
  readonly outcome: CheckOutcome;
  readonly exit: ExitStatus;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

const formats: Formats<CheckReport> = {
  '.sarif': renderCheckSarif,
  '.json': ({ outcome }) => `${JSON.stringify(checkDocument(outcome), undefined, 2)}\n`,
};

/** To be called before any work is done. @throws Failure `usage` */
export function checkReportNames(names: readonly string[]): void {
  for (const name of names) if (name !== githubReport) formatOf(name, formats);
}

export async function writeCheckReports(
  names: readonly string[],
  report: CheckReport,
  context: Pick<Context, 'stderr' | 'quiet' | 'cwd'>,
): Promise<void> {
  await writeEach(names, context, async (name) => {
    if (name === githubReport) {
      // Standard output may be one document; the runner reads both.
      context.stderr.write(renderAnnotations(placedFindings(report.outcome)));
      return false;
    }
    await writeReportFile(path.resolve(context.cwd, name), formatOf(name, formats)(report));
    return true;
  });
}

function renderCheckSarif({ outcome, exit, startedAt }: CheckReport): string {
  return renderSarifLog({
    madeBy: programAndVersion(),
    startedAt,
    exit,
    outcome: outcome.findings.some(({ severity }) => severity === 'error')
      ? 'findings that count'
      : 'none that count',
    findings: placedFindings(outcome),
    ruleText,
    elsewhere: 'lockkeeper.yaml',
  });
}

/** The worst kinds first, since a step of GitHub Actions shows ten of a level. */
function placedFindings({ findings, below }: CheckOutcome): readonly PlacedFinding[] {
  const seen = new Map<string, number>();
  const ordered = findings.toSorted(
    (left, right) => pinFindingKinds.indexOf(left.kind) - pinFindingKinds.indexOf(right.kind),
  );
  return ordered.map((finding) => {
    const key = JSON.stringify([finding.kind, finding.file, finding.mention?.text]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return placedFinding(finding, before, below);
  });
}

function placedFinding(
  { kind, severity, file, mention, message, remedy }: PinFinding,
  nth: number,
  below: string,
): PlacedFinding {
  return {
    rule: kind,
    severity,
    title: pinFindingTitles[kind],
    message: remedy === undefined ? message : `${message}\n${remedy}`,
    place: { file: `${below}${file}`, ...(mention === undefined ? {} : spanOf(mention)) },
    identity: [file, mention?.text ?? '', String(nth)],
  };
}

function spanOf({ place: { line, column }, text }: Mention): Omit<Place, 'file'> {
  return { line, column, endLine: line, endColumn: column + text.length };
}

const help = 'lockkeeper.yaml says under pins.findings what counts, and docs/guides/pins.md what to do.';

function ruleText(rule: string): RuleText {
  const kind = pinFindingKinds.find((each) => each === rule);
  const title = kind === undefined ? rule : pinFindingTitles[kind];
  return { title, text: kind === undefined ? title : ruleSentences[kind], help };
}

const ruleSentences: Readonly<Record<PinFindingKind, string>> = {
  dead: 'The registry does not hold the pinned image any more, so that what uses it fails now.',
  absent: 'The registry knows no such name.',
  'not-allowed': 'lockkeeper.yaml does not have the name among those that may be used.',
  'hold-expired': 'The day of a hold has passed, and nobody decided what comes after it.',
  drifted: 'One name is pinned to several digests, so that its users do not get the same image.',
  unpinned: 'A name without a digest stands for another image tomorrow, and nobody decides that.',
  'one-platform': 'The digest is that of one platform, and the name has several.',
  backwards: 'The name stands again for an image that it stood for before the pinned one.',
  stale: 'The name stands for another image than the pinned one.',
  denied: 'The registry does not let us look at the name.',
  unreachable: 'The registry gave no answer, so that nothing is known of the name.',
  unresolved: 'The name is put together from what no file tells.',
  'not-read': 'The file was not read, or not to its end, so that nobody knows which names it holds.',
};
