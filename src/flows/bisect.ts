import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Clock } from '../base/clock.ts';
import { exitStatus, Failure, type ExitStatus } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import type { Bisection, GateAnswer, GateQuestion } from '../model/bisection.ts';
import type { BisectedMove, BisectionDocument } from '../model/bisection-document.ts';
import { digestOf } from '../model/digest.ts';
import type { EvidenceFolders } from '../ports/evidence-folder.ts';
import { bisect } from '../stages/bisect/bisect.ts';
import { BisectionEvidence } from './bisect-evidence.ts';
import type { GateOutcome } from './command-pairs.ts';
import type { Watching } from './tools.ts';

/** What is looked for a culprit in, and what a gate of it is. */
export interface BisectWork {
  readonly subject: BisectionDocument['subject'];
  readonly rule: BisectionDocument['rule'];
  /** What answers depend on beside subject, moves and rule: where it changes, an earlier run says nothing. */
  readonly judgedBy?: Json;
  readonly moves: readonly BisectedMove[];
  readonly apart: BisectionDocument['apart'];
  readonly notices: readonly string[];
  /** `asked`: a gate says whether its moves are good, not whether they are as good as the base. */
  readonly base: 'assumed' | 'asked';
  /** Whether a second gate of the same moves is a new one. */
  readonly asksAgain: boolean;
  readonly gate: (moved: readonly string[]) => Promise<GateOutcome>;
}

export interface BisectBounds {
  readonly runners: number;
  readonly gatesMax: number;
  /** No gate begins later than this; undefined: whenever. */
  readonly withinMs: number | undefined;
  /** Absolute; where evidence is kept, and where a search goes on; undefined: nowhere. */
  readonly out: string | undefined;
  readonly madeBy: string;
}

export interface BisectTools {
  readonly evidenceFolders: EvidenceFolders;
  readonly clock: Clock;
}

/**
 * Finds which moves explain a reject, and tells each gate as it ends. What was good or bad in an earlier run with the same
 * moves and the same rule is not asked again.
 * @throws Failure `usage` for too many moves, `output-exists` when the folder holds another bisection, and whatever a gate
 *   throws
 */
export async function bisectMoves(
  work: BisectWork,
  bounds: BisectBounds,
  { evidenceFolders, clock }: BisectTools,
  watching: Watching,
): Promise<BisectionDocument> {
  const names = work.moves.map(({ name }) => name);
  if (names.length > limits.bisectMovesMax) {
    throw new Failure('usage', `${names.length} moves are more than ${limits.bisectMovesMax}`, {
      hint: 'Look at fewer commits, or at fewer images.',
    });
  }
  const begun = beginDocument(work, bounds, clock.now().toISOString());
  const evidence = await BisectionEvidence.open(begun, bounds.out, evidenceFolders);
  const endMs = bounds.withinMs === undefined ? Infinity : clock.monotonicMs() + bounds.withinMs;
  const ask = async (questions: readonly GateQuestion[]): Promise<readonly (GateAnswer | undefined)[]> => {
    const answers: (GateAnswer | undefined)[] = questions.map(() => undefined);
    if (clock.monotonicMs() >= endMs) return answers;
    await eachInParallel(questions.entries(), bounds.runners, async ([index, { moved }]) => {
      const number = evidence.nextNumber();
      watching.observe({ kind: 'gate-started', number, moved: moved.length, of: names.length });
      const started = clock.monotonicMs();
      const { answer, why, runs, log } = await work.gate(moved);
      const durationMs = Math.round(clock.monotonicMs() - started);
      await evidence.keep({ number, moved: [...moved], answer, why, durationMs, runs: [...runs] }, log);
      watching.observe({ kind: 'gate-answered', number, moves: names, moved, answer, why, durationMs });
      answers[index] = answer;
    });
    return answers;
  };
  const { runners, gatesMax } = bounds;
  const order = {
    moves: names,
    // Where a gate could not decide, such as in an outage, it is asked for anew.
    known: evidence.gates.filter(({ answer }) => answer !== 'unsure'),
    runners,
    gatesMax,
    base: work.base,
    asksAgain: work.asksAgain,
  };
  // Where nothing moved, nothing is asked, not even the base.
  const found = await bisect(names.length === 0 ? { ...order, base: 'assumed' } : order, ask);
  return evidence.close(found, exitOf(found));
}

function beginDocument(work: BisectWork, { madeBy }: BisectBounds, createdAt: string): BisectionDocument {
  const { subject, rule, judgedBy, moves, apart, notices } = work;
  const names = moves.map(({ name }) => name);
  const [repeat, timeoutMs] = [rule.repeat, rule.timeoutMs];
  const key = digestOf(
    canonicalJson({
      subject: { ...subject },
      names,
      rule: { command: rule.command, repeat, timeoutMs },
      judgedBy,
    }),
  );
  return {
    schemaVersion: 1,
    kind: 'bisection',
    madeBy,
    createdAt,
    key,
    subject,
    rule,
    end: { kind: 'open' },
    moves: [...moves],
    apart,
    culprits: [],
    good: [],
    undecided: [],
    mended: [],
    gates: [],
    notices: [...notices],
    exit: exitStatus.notProven,
  };
}

/** 0: all moves are good together. 3: culprits were found. 4: not proven, one way or the other. */
function exitOf({ end, culprits, undecided }: Bisection): ExitStatus {
  if (end.kind !== 'complete') return exitStatus.notProven;
  if (culprits.length > 0) return exitStatus.no;
  return undecided.length > 0 ? exitStatus.notProven : exitStatus.yes;
}
