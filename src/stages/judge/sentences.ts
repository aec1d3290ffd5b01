import { plural } from '../../base/text.ts';
import { findingKinds, type Finding, type FindingKind } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import {
  verdictKinds,
  verdictOfFinding,
  worstVerdict,
  type MemberVerdict,
  type SuiteVerdict,
  type Verdict,
  type VerdictKind,
} from '../../model/verdict.ts';
import { describeEndOf } from '../../model/waiver.ts';
import { describeTest, quoted } from './describe.ts';
import { passingTests, phrases, type SuiteFacts } from './phrases.ts';
import type { Move } from './stop.ts';

/** The worst finding wins; the sentence says all that is as bad, with counts and the first test. */
export function suiteVerdict(facts: SuiteFacts): Verdict {
  const present = findingKinds.filter((kind) => facts.byKind.has(kind));
  const allowed = present.map((kind) => allowedBy(kind, facts));
  const worst = verdictKinds.findLast((kind) => allowed.includes(kind)) ?? 'promote';
  if (worst === 'promote') {
    const kind = facts.waived.length > 0 ? 'promote with waiver' : 'promote';
    return { kind, sentence: `${promoteSentence(facts)}${waivedClause(facts)}`, ...moveOf(kind, facts) };
  }
  const deciding = present.filter((kind) => allowedBy(kind, facts) === worst);
  const sentence = deciding.flatMap((kind) => clausesOf(kind, facts)).join('; ');
  return { kind: worst, sentence, ...moveOf(worst, facts) };
}

function allowedBy(kind: FindingKind, { evidence }: SuiteFacts): VerdictKind {
  const mayLose = evidence.rule.lostCoverage === 'allow';
  return kind === 'lost-coverage' && mayLose ? 'promote' : verdictOfFinding[kind];
}

/** `, and 2 findings are waived; first: a (Ada, until 2026-12-31: slow)`. */
function waivedClause({ waived }: SuiteFacts): string {
  const [first] = waived;
  if (first?.waived === undefined) return '';
  const { author, reason, until } = first.waived;
  const said = `${quoted(author)}, ${describeEndOf(until)}: ${quoted(reason)}`;
  return `, and ${plural(waived.length, 'finding')} ${waived.length === 1 ? 'is' : 'are'} waived; first: ${describeTest(first.test)} (${said})`;
}

/** A finding about the run itself speaks for itself; tests are counted and the first is named. */
function clausesOf(kind: FindingKind, facts: SuiteFacts): readonly string[] {
  const findings = facts.byKind.get(kind) ?? [];
  const ofRun = findings.filter(({ test }) => test === runItself);
  const tests = findings.filter(({ test }) => test !== runItself);
  const [first] = tests;
  const counted =
    first === undefined ? [] : [`${phrases[kind](tests, facts)}; first: ${describeTest(first.test)}`];
  return [...ofRun.map(ofRunItself), ...counted];
}

/** Reruns say how often "it" fails; what that is, the failure says. */
function ofRunItself({ because, confirmed, candidateDetail }: Finding): string {
  return confirmed === undefined || candidateDetail === undefined
    ? because
    : `${quoted(candidateDetail)} (${because})`;
}

const asides = [
  'lost-coverage',
  'still-failing',
  'changed-failure',
  'lost-failing',
  'flaky-on-both',
  'fixed',
  'gained',
] as const;

function promoteSentence(facts: SuiteFacts): string {
  const { byKind, evidence, passing, observed } = facts;
  if (evidence.baseline === undefined) {
    const passed = byKind.get('gained')?.length ?? 0;
    const skipped = observed.candidate - passed;
    const aside = skipped === 0 ? '' : `, the others are skipped`;
    return `there is no baseline, so every test must pass, and ${passed} of ${plural(observed.candidate, 'test')} ${passed === 1 ? 'does' : 'do'}${aside}`;
  }
  const shown = asides.flatMap((kind) => {
    const findings = byKind.get(kind);
    return findings === undefined ? [] : [phrases[kind](findings, facts)];
  });
  const aside = shown.length === 0 ? '' : ` (${shown.join(', ')})`;
  return passing === 0
    ? `no test passes in the baseline, so none could be lost${aside}`
    : `the candidate holds up in ${passingTests(passing)}${aside}`;
}

const gateAgain = '`lockkeeper gate --bundle DIR`';
const mend = `mend the image, then \`lockkeeper build --out DIR\` and ${gateAgain}`;

/** Whose move it is, and the command or the step that changes the verdict. */
const moves: Readonly<Record<VerdictKind, Move>> = {
  promote: { mover: 'nobody', next: '`lockkeeper promote DIR`' },
  'promote with waiver': { mover: 'nobody', next: '`lockkeeper promote DIR`' },
  'hold: needs approval': { mover: 'maintainer', next: '`lockkeeper promote DIR --approve "why"`' },
  'hold: newly flaky': { mover: 'test author', next: `steady the test, or try again with ${gateAgain}` },
  'hold: no evidence': { mover: 'maintainer', next: `try again with ${gateAgain}` },
  'hold: infrastructure': { mover: 'operator', next: `\`lockkeeper doctor\`, then ${gateAgain}` },
  'reject: regression': { mover: 'image author', next: mend },
  'reject: must-pass': { mover: 'image author', next: mend },
};

// Results that somebody else made: no bundle holds them, and no name moves by them.
const compareAgain = '`lockkeeper judge BASELINE CANDIDATE`';
const movesOfResults: Readonly<Record<'promote' | 'hold' | 'reject', Move>> = {
  promote: {
    mover: 'nobody',
    next: 'nothing moves by stored results; for a verdict that moves names, let `lockkeeper init` set up a gate',
  },
  hold: {
    mover: 'maintainer',
    next: `run the tests again on both images and compare with ${compareAgain}, or let \`lockkeeper init\` set up a gate, which runs suspects again by itself`,
  },
  reject: {
    mover: 'image author',
    next: `mend the image, run its tests again and compare with ${compareAgain}`,
  },
};

function moveOf(kind: VerdictKind, { move, byKind, ofResults, evidence }: SuiteFacts): Move {
  if (move !== undefined) return move;
  if (ofResults) {
    if (kind.startsWith('promote')) return movesOfResults.promote;
    return kind.startsWith('hold') ? movesOfResults.hold : movesOfResults.reject;
  }
  const incomparable = byKind.get('not-comparable') ?? [];
  if (kind === 'hold: no evidence' && incomparable.some(({ test }) => test !== runItself)) {
    const next = `let the suite write a report that tells its tests apart, then ${gateAgain}`;
    return { mover: 'test author', next };
  }
  if (kind === 'hold: no evidence' && incomparable.length > 0) {
    return { mover: 'maintainer', next: `see why the suite leaves nothing to compare, then ${gateAgain}` };
  }
  const broken = byKind.get('infrastructure') ?? [];
  if (kind === 'hold: infrastructure' && broken.every(({ test }) => test !== runItself)) {
    const waiver = `\`lockkeeper waive TEST --image ${evidence.image} --suite ${evidence.suite} --until DAY --reason "why"\``;
    return {
      mover: 'maintainer',
      next: `see what their set-up says, then ${gateAgain}; for those that err on every image, ${waiver}`,
    };
  }
  return moves[kind];
}

type Member = Omit<MemberVerdict, 'verdict'>;

/** The worst of an image's suites, by name. An image that no suite has tried is not proven. */
export function memberVerdict({ image, baseline, suites }: Member): Verdict {
  const worst = worstVerdict(suites.map(({ verdict }) => verdict));
  const deciding = suites.find(({ verdict }) => verdict === worst);
  if (worst === undefined || deciding === undefined) return nothing(`no suite has tried ${image}`);
  if (worst.kind !== 'promote' || suites.length === 1) return named(worst, nameOf(deciding, suites));
  const sentence =
    baseline === undefined
      ? `there is no baseline, so every test must pass, and they do in all ${plural(suites.length, 'suite')}`
      : `the candidate holds up in all ${plural(suites.length, 'suite')}`;
  return { ...worst, sentence };
}

/** The worst of the images, by name. */
export function setVerdict(members: readonly MemberVerdict[]): Verdict {
  const worst = worstVerdict(members.map(({ verdict }) => verdict));
  const deciding = members.find(({ verdict }) => verdict === worst);
  if (worst === undefined || deciding === undefined) return nothing('the set holds no image');
  if (members.length === 1) return worst;
  if (worst.kind !== 'promote') return named(worst, deciding.image);
  return { ...worst, sentence: `all ${plural(members.length, 'image')} hold up` };
}

function nothing(sentence: string): Verdict {
  return { kind: 'hold: no evidence', sentence, ...moves['hold: no evidence'] };
}

function named(verdict: Verdict, name: string): Verdict {
  return { ...verdict, sentence: `${name}: ${verdict.sentence}` };
}

function nameOf({ suite, platform }: SuiteVerdict, all: readonly SuiteVerdict[]): string {
  return all.every((each) => each.platform === platform) ? suite : `${suite} on ${platform}`;
}
