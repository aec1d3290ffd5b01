import path from 'node:path';
import type { ExitStatus } from '../../base/failure.ts';
import { isHarmful, type ParityAnswer } from '../../model/parity-answer.ts';
import type { JudgedPin, ParityReport } from '../../model/parity-report.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import type { Context, OptionDefinition } from '../command.ts';
import { renderAnnotations } from '../report/annotations.ts';
import { githubReport } from '../report/github-summary.ts';
import type { Place, PlacedFinding } from '../report/placed-finding.ts';
import { formatOf, writeEach, writeReportFile, type Formats } from '../report/report-file.ts';
import { renderSarifLog, type RuleText } from '../report/sarif-log.ts';
import { programAndVersion } from '../version.ts';
import { parityDocument } from './document.ts';
import { answerText, counts, disagreementText, pinText, remedyText } from './words.ts';

export const parityReportOption: OptionDefinition = {
  long: '--report',
  value: 'FILE',
  description:
    'Also write the findings; the ending says how: .sarif or .json. `github` is no file: it annotates the lines in a job of GitHub Actions.',
  repeatable: true,
};

export interface ParityOutcome {
  readonly report: ParityReport;
  /** What stands before the names of files, from the root of the repository: empty, or ends with `/`. */
  readonly below: string;
  readonly exit: ExitStatus;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

const formats: Formats<ParityOutcome> = {
  '.sarif': (outcome) =>
    renderSarifLog({
      madeBy: programAndVersion(),
      startedAt: outcome.startedAt,
      exit: outcome.exit,
      outcome: outcome.exit === 0 ? 'nothing that counts' : 'findings that count',
      findings: parityFindings(outcome),
      ruleText,
      elsewhere: 'lockkeeper.yaml',
    }),
  '.json': ({ report, below }) =>
    `${JSON.stringify(parityDocument(report, below, programAndVersion()), undefined, 2)}\n`,
};

/** To be called before any work is done. @throws Failure `usage` */
export function checkParityReports(names: readonly string[]): void {
  for (const name of names) if (name !== githubReport) formatOf(name, formats);
}

export async function writeParityReports(
  names: readonly string[],
  outcome: ParityOutcome,
  context: Pick<Context, 'stderr' | 'quiet' | 'cwd'>,
): Promise<void> {
  await writeEach(names, context, async (name) => {
    if (name === githubReport) {
      context.stderr.write(renderAnnotations(parityFindings(outcome)));
      return false;
    }
    await writeReportFile(path.resolve(context.cwd, name), formatOf(name, formats)(outcome));
    return true;
  });
}

/** What is said at the lines of files; what works is not said. */
function parityFindings({
  report,
  below,
}: Pick<ParityOutcome, 'report' | 'below'>): readonly PlacedFinding[] {
  return [
    ...report.pins.flatMap((judged) => pinFindings(judged, report, below)),
    ...report.disagreements.map((each): PlacedFinding => ({
      rule: 'parity-disagreement',
      severity: 'error',
      title: 'Two files disagree',
      message: disagreementText(each),
      place: placeOf(each.pin, below),
      identity: [each.pin.place.file, each.pin.field, each.other.place.file, each.other.field],
    })),
    ...report.unread.map(({ file, line, column, why }): PlacedFinding => ({
      rule: 'parity-unread',
      severity: 'warning',
      title: 'A pin file cannot be read',
      message: why,
      place: { file: `${below}${file}`, line, column },
      identity: [file, why, String(line), String(column)],
    })),
  ];
}

function pinFindings(
  { pin, answers, remedy }: JudgedPin,
  { channels }: ParityReport,
  below: string,
): readonly PlacedFinding[] {
  return answers.flatMap(({ channel, answer }): readonly PlacedFinding[] => {
    if (answer.kind === 'supported') return [];
    const judged = channels.find(({ name }) => name === channel);
    const advice = remedy === undefined ? '' : remedyText(remedy);
    return [
      {
        rule: `parity-${answer.kind}`,
        severity: severityOf(answer, counts(answer, judged)),
        title: `${pinText(pin)}: ${answer.kind} on ${channel}`,
        message: [answerText(answer), ...(advice === '' ? [] : [advice])].join('\n'),
        place: placeOf(pin, below),
        identity: [pin.place.file, pin.field, pin.text, channel, String(pin.place.bytes.start)],
      },
    ];
  });
}

function severityOf(answer: ParityAnswer, doesCount: boolean): PlacedFinding['severity'] {
  if (doesCount) return 'error';
  return isHarmful(answer) ? 'warning' : 'notice';
}

function placeOf({ place: { file, line, column }, text }: RuntimePin, below: string): Place {
  return { file: `${below}${file}`, line, column, endLine: line, endColumn: column + text.length };
}

const help = 'docs/guides/parity.md says what each answer stands on, and what to do.';

const rules: Readonly<Record<string, RuleText>> = {
  'parity-unsupported': {
    title: 'The platform cannot build this version',
    text: 'The builder of a channel does not have what the pin asks for, or cannot read it.',
    help,
  },
  'parity-ignored': {
    title: 'The platform does not look at this pin',
    text: 'The builder of a channel goes by something else, so that another version may be built with.',
    help,
  },
  'parity-unknown': {
    title: 'Nobody can tell',
    text: 'No label, table or data tells what the builder of a channel makes of the pin.',
    help,
  },
  'parity-disagreement': {
    title: 'Two files disagree',
    text: 'Two files of one application ask for versions of a runtime that do not go together.',
    help,
  },
  'parity-unread': {
    title: 'A pin file cannot be read',
    text: 'A file that pins a runtime does not follow its own format.',
    help,
  },
};

function ruleText(rule: string): RuleText {
  return rules[rule] ?? { title: rule, text: rule, help };
}
