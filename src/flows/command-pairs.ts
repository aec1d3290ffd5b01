import { answerOfVerdict, type GateAnswer } from '../model/bisection.ts';
import type { RunOfGate } from '../model/bisection-document.ts';
import { digestOf } from '../model/digest.ts';
import { nothingKnown, type Evidence } from '../model/evidence.ts';
import { asTestId } from '../model/observation.ts';
import { defaultRule } from '../model/rule.ts';
import type { Trial, TrialEnd, TrialRequest } from '../model/trial.ts';
import type { VerdictKind } from '../model/verdict.ts';
import type { ShellEnd } from '../ports/shell.ts';
import { conclude, nextTrials } from '../stages/judge/judge.ts';
import { answerOfRun, endWords, lastLine, runOnce, type CommandGate, type MadeRun } from './command-run.ts';

export interface GateOutcome {
  readonly answer: GateAnswer;
  readonly why: string;
  readonly runs: readonly RunOfGate[];
  /** What the command wrote, all runs one after the other. */
  readonly log: Buffer;
}

/**
 * A gate by the rule that judges images: base and moves are run in turn, a failure of the moves alone is run again on
 * both sides, and its first run does not count. The command's exit status is the one test of the suite.
 */
export async function confirmByPairs(gate: CommandGate, moved: readonly string[]): Promise<GateOutcome> {
  let evidence = begin(gate, moved);
  const made: MadeRun[] = [];
  for (;;) {
    const requests = nextTrials([evidence], { canRerun: true }).flatMap(({ requests: all }) => all);
    if (requests.length === 0) break;
    for (const request of requests) {
      const isBase = request.side === 'baseline';
      const one = await runOnce(gate, isBase ? 'base' : 'moved', isBase ? [] : moved);
      made.push(one);
      evidence = { ...evidence, trials: [...evidence.trials, trialOf(request, evidence, one)] };
    }
  }
  const [judged] = conclude([evidence], { canRerun: true });
  const kind = judged?.verdict.kind ?? 'hold: no evidence';
  return {
    answer: answerOfVerdict(kind),
    why: whyOf(kind, made),
    runs: made.map(({ run }) => run),
    log: Buffer.concat(made.flatMap(({ run, output }) => [Buffer.from(`== ${run.side}\n`), output])),
  };
}

const theTest = asTestId('the command');

function begin({ rule }: CommandGate, moved: readonly string[]): Evidence {
  return {
    image: 'moves',
    suite: 'command',
    platform: 'any',
    suiteDigest: digestOf(rule.command),
    baseline: digestOf(''),
    candidate: digestOf(moved.join('\n')),
    source: { commit: undefined, tree: undefined, dirty: false },
    environment: { engine: 'none', engineVersion: '', kernel: '', cpus: 0, memoryBytes: 0, network: 'none' },
    rule: { ...defaultRule, confirmRuns: rule.repeat },
    oneBit: true,
    mustPass: [],
    preflight: false,
    sentinel: false,
    known: nothingKnown,
    waivers: [],
    trials: [],
  };
}

function trialOf(request: TrialRequest, { baseline, candidate }: Evidence, { run, end }: MadeRun): Trial {
  const ended = trialEnd(end);
  const isRun = ended.kind === 'exited';
  return {
    ...request,
    image: request.side === 'baseline' && baseline !== undefined ? baseline : candidate,
    startedAt: '1970-01-01T00:00:00Z',
    durationMs: run.durationMs,
    end: ended,
    report: { kind: 'complete' },
    observations: isRun
      ? [{ id: theTest, parts: { name: theTest }, status: ended.status === 0 ? 'passed' : 'failed' }]
      : [],
    output: { bytes: 0, head: '', tail: '', omittedBytes: 0 },
    reports: [],
  };
}

/** Only what decides by itself counts as a result of the test. */
function trialEnd(end: ShellEnd): TrialEnd {
  const answer = answerOfRun(end);
  if (answer === 'unsure') return { kind: 'engine-error', message: endWords(end) };
  return { kind: 'exited', status: answer === 'good' ? 0 : 1 };
}

function whyOf(kind: VerdictKind, made: readonly MadeRun[]): string {
  const count = (side: 'base' | 'moved'): string => {
    const runs = made.filter(({ run }) => run.side === side);
    return `${runs.filter(({ run }) => run.status === 0).length} of ${runs.length}`;
  };
  const failed = made.findLast(({ run }) => run.side === 'moved' && run.status !== 0);
  const said = failed === undefined ? '' : `; ${endWords(failed.end)}: ${lastLine(failed.output)}`;
  return `${kind}: passed ${count('base')} times without the moves, ${count('moved')} with them${said}`;
}
