import { clip } from '../../base/text.ts';
import type { Finding } from '../../model/finding.ts';
import type { GateReport, GateUnit } from '../../model/gate-report.ts';
import type { TestId, TestParts } from '../../model/observation.ts';
import type { MemberVerdict } from '../../model/verdict.ts';
import { reproduceCommand } from './commands.ts';
import { nameBundle } from './document.ts';
import { kindTexts, weightOf } from './kinds.ts';
import { reportLimits } from './report-limits.ts';
import { asSentence, line, moodOf, moveOf, statusText, testText } from './words.ts';
import { element, xmlText } from './xml.ts';

/**
 * JUnit XML, with our finding as each test's result, so that a CI system shows what blocks and nothing else: what
 * rejects is a failure, what holds an error. What fails on both sides or does not count is skipped, with the reason.
 * The first suite holds the verdicts themselves: they may block where no single test does.
 */
export function renderJunit(report: GateReport): string {
  const suites = [verdictSuite(report), ...report.units.map((unit) => unitSuite(unit, report))];
  const tests = {
    name: 'lockkeeper',
    ...sum(suites.map(({ counts }) => counts)),
    time: seconds(report.durationMs),
  };
  const root = element(
    'testsuites',
    tests,
    suites.map(({ text }) => `\n${text}`),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.replace(/<\/testsuites>$/, '\n</testsuites>')}\n`;
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly outcome: Outcome;
  readonly text: string;
}

function verdictSuite(report: GateReport): { readonly text: string; readonly counts: Counts } {
  const cases = report.verdict.members.map((member) =>
    verdictCase({ ...member, verdict: nameBundle(member.verdict, report.origin) }),
  );
  return suiteText(
    { name: 'verdict', timestamp: timestamp(report.createdAt), time: seconds(report.durationMs) },
    cases,
    [],
  );
}

function verdictCase({ image, verdict, baselineReference }: MemberVerdict): Case {
  const names = {
    classname: 'lockkeeper',
    name: `${testText(image)}: at least as good as ${line(baselineReference)}`,
  };
  const mood = moodOf(verdict);
  if (mood === 'promote') return { outcome: 'passed', text: element('testcase', names) };
  const outcome = mood === 'reject' ? 'failure' : 'error';
  const said = `${asSentence(verdict.sentence)}\nIt is ${moveOf(verdict)}: ${verdict.next}`;
  return {
    outcome,
    text: element('testcase', names, [blocking(outcome, verdict.kind, verdict.sentence, said)]),
  };
}

function unitSuite(
  { evidence, verdict }: GateUnit,
  { origin, units }: GateReport,
): { readonly text: string; readonly counts: Counts } {
  const { image, suite, platform, trials, rule } = evidence;
  const parts = partsOf(trials);
  const shown = verdict.findings.slice(0, reportLimits.junitCasesMax);
  const budget = { chars: reportLimits.detailCharsMax };
  const order = { origin, unit: evidence, units: units.map((each) => each.evidence) };
  const cases = shown.map((finding): Case => {
    const names = namesOf(finding.test, parts.get(finding.test), suite);
    const command = reproduceCommand({ ...order, finding });
    const result = resultOf(finding, rule, { budget, command });
    return { outcome: result.outcome, text: element('testcase', names, result.children) };
  });
  const took = trials.reduce((total, { durationMs }) => total + durationMs, 0);
  const name = [image, suite, platform].map((part) => line(part, 100)).join(' / ');
  const properties = [
    ['verdict', verdict.verdict.kind],
    ['sentence', line(verdict.verdict.sentence)],
    ['baseline', evidence.baseline ?? 'none'],
    ['candidate', evidence.candidate],
    ['trials', String(verdict.trials)],
    ['left out', String(verdict.findings.length - shown.length)],
  ] as const;
  const head = element(
    'properties',
    {},
    properties.map(([key, value]) => element('property', { name: key, value })),
  );
  const start = trials[0]?.startedAt;
  return suiteText(
    { name, ...(start === undefined ? {} : { timestamp: timestamp(start) }), time: seconds(took) },
    cases,
    [head],
  );
}

function suiteText(
  attributes: Readonly<Record<string, string>>,
  cases: readonly Case[],
  head: readonly string[],
): { readonly text: string; readonly counts: Counts } {
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  const counts = {
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
  const children = [...head, ...cases.map(({ text }) => text)].map((text) => `\n    ${text}`);
  const { name = '', ...rest } = attributes;
  return { text: `  ${element('testsuite', { name, ...counts, ...rest }, [...children, '\n  '])}`, counts };
}

function sum(all: readonly Counts[]): Counts {
  const total = (key: keyof Counts): number => all.reduce((result, counts) => result + counts[key], 0);
  return {
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
    skipped: total('skipped'),
  };
}

function partsOf(trials: GateUnit['evidence']['trials']): ReadonlyMap<TestId, TestParts> {
  const parts = new Map<TestId, TestParts>();
  for (const { observations } of trials)
    for (const observation of observations) parts.set(observation.id, observation.parts);
  return parts;
}

/** The test's own class and name, so that a person finds it again; with its number where the name repeats. */
function namesOf(
  test: TestId,
  parts: TestParts | undefined,
  suite: string,
): { readonly classname: string; readonly name: string } {
  if (parts === undefined) return { classname: line(suite), name: testText(test) };
  const { file, name } = parts;
  const base = [file, parts.class, name].filter((part) => part !== undefined && part !== '').join(' › ');
  const number = test.startsWith(base) ? test.slice(base.length) : '';
  return {
    classname: line(parts.class || file || suite),
    name: testText(`${clip(name, reportLimits.lineCharsMax)}${number}`),
  };
}

function resultOf(
  finding: Finding,
  rule: GateUnit['evidence']['rule'],
  body: Body,
): { readonly outcome: Outcome; readonly children: readonly string[] } {
  const { kind, candidate, because } = finding;
  const { title } = kindTexts[kind];
  if (finding.waived !== undefined) {
    const { author, reason } = finding.waived;
    const message = line(`${title}, waived by ${author}: ${reason}; ${because}`);
    return { outcome: 'skipped', children: [element('skipped', { message })] };
  }
  switch (weightOf(kind, rule)) {
    case 'rejects':
      return {
        outcome: 'failure',
        children: [blocking('failure', kind, `${title}: ${because}`, bodyOf(finding, body))],
      };
    case 'holds':
      return {
        outcome: 'error',
        children: [blocking('error', kind, `${title}: ${because}`, bodyOf(finding, body))],
      };
    case 'shown': {
      const quiet = kind === 'same' || kind === 'fixed' || kind === 'gained';
      const passes = quiet && candidate !== 'skipped' && candidate !== 'missing';
      if (passes) return { outcome: 'passed', children: [] };
      return {
        outcome: 'skipped',
        children: [element('skipped', { message: line(`${title}: ${because}`) })],
      };
    }
  }
}

function blocking(outcome: 'failure' | 'error', type: string, message: string, body: string): string {
  return element(outcome, { type, message: line(message) }, [xmlText(body)]);
}

interface Body {
  /** Room that is left for what the sides say. */
  readonly budget: { chars: number };
  readonly command: string | undefined;
}

/** Why, and what both sides say, as long as there is room. */
function bodyOf(finding: Finding, { budget, command }: Body): string {
  const side = (name: string, status: string | undefined, detail: string | undefined): string => {
    budget.chars -= detail?.length ?? 0;
    const said = detail === undefined || budget.chars < 0 ? '' : `\n${detail.trimEnd()}`;
    return `${name}: ${statusText(status ?? 'missing')}${said}`;
  };
  return [
    clip(asSentence(finding.because), reportLimits.excerptCharsMax),
    ...(finding.baseline === undefined ? [] : [side('baseline', finding.baseline, finding.baselineDetail)]),
    side('candidate', finding.candidate, finding.candidateDetail),
    ...(command === undefined ? [] : [`reproduce: ${command}`]),
  ].join('\n\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** JUnit's own form has no fraction and no zone. */
function timestamp(iso: string): string {
  return line(iso.replace(/(?:\.\d+)?Z$/, ''), 40);
}
