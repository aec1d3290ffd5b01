import { clip, visible } from '../../base/text.ts';
import { digestHex, digestOf } from '../../model/digest.ts';
import type { Place, PlacedFinding, Severity } from './placed-finding.ts';
import { reportLimits } from './report-limits.ts';

export interface SarifRun {
  /** `lockkeeper 0.1.0` */
  readonly madeBy: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Exit status of the command, and what it stands for in a few words. */
  readonly exit: number;
  readonly outcome: string;
  readonly findings: readonly PlacedFinding[];
  /** What a rule is about; asked for each rule that a finding names. */
  readonly ruleText: (rule: string) => RuleText;
  /** Dashboards show only results that lie in a file; those that lie in none are put here. */
  readonly elsewhere: string;
  /** Every finding is new against a baseline; undefined where there is nothing to be new against. */
  readonly baselineState?: 'new';
}

export interface RuleText {
  /** A few words. */
  readonly title: string;
  /** One sentence. */
  readonly text: string;
  /** What a person does about it. */
  readonly help: string;
}

/** One run of Lockkeeper as SARIF 2.1.0 (OASIS, errata 01), for code scanning dashboards. */
export function renderSarifLog(run: SarifRun): string {
  const findings = run.findings.slice(0, reportLimits.sarifResultsMax);
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const document = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Lockkeeper',
            semanticVersion: run.madeBy.replace(/^\D*/, '') || '0.0.0',
            informationUri: 'https://lockkeeper.dev',
            rules: rules.map((rule) => descriptor(rule, run.ruleText(rule))),
          },
        },
        invocations: [invocation(run)],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, rules.indexOf(finding.rule), run)),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function descriptor(id: string, { title, text, help }: RuleText): object {
  return { id, shortDescription: { text: title }, fullDescription: { text }, help: { text: help } };
}

function invocation({ startedAt, exit, outcome, findings }: SarifRun): object {
  const left = findings.length - reportLimits.sarifResultsMax;
  const notifications =
    left > 0
      ? [
          {
            level: 'warning',
            message: { text: `${left} results left out, to stay within what dashboards take.` },
          },
        ]
      : [];
  return {
    executionSuccessful: true,
    exitCode: exit,
    exitCodeDescription: outcome,
    startTimeUtc: startedAt,
    toolExecutionNotifications: notifications,
  };
}

function result(
  { rule, severity, title, message, place, identity }: PlacedFinding,
  ruleIndex: number,
  { elsewhere, baselineState }: SarifRun,
): object {
  const fingerprint = digestHex(digestOf(JSON.stringify([rule, ...identity])));
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    ...(baselineState === undefined ? {} : { baselineState }),
    message: { text: messageText([title, message].filter((part) => part !== '').join('\n')) },
    locations: [location(place ?? { file: elsewhere })],
    // GitHub tells alerts apart by this one alone; without it, all that lie on one line would be one alert.
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  notice: 'note',
};

function location({ file, line = 1, column, endLine, endColumn }: Place): object {
  // JSON leaves out what is undefined.
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

function uriOf(file: string): string {
  return file.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** Foreign text is neither a link (SARIF 2.1.0, 3.11.6) nor a placeholder (3.11.5). */
function messageText(text: string): string {
  return visible(clip(text.trim(), reportLimits.excerptCharsMax))
    .replaceAll('](', '] (')
    .replaceAll(/\{(\d+)\}/g, '{{$1}}');
}
