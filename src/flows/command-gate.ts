import type { GateAnswer } from '../model/bisection.ts';
import type { ShellEnd } from '../ports/shell.ts';
import { confirmByPairs, type GateOutcome } from './command-pairs.ts';
import {
  brokenStatuses,
  endWords,
  lastLine,
  runOnce,
  signalStatusMin,
  skipStatus,
  type CommandGate,
} from './command-run.ts';

/** Answers one question by the person's command: one run, or as many as the judge asks for. */
export async function commandGate(gate: CommandGate, moved: readonly string[]): Promise<GateOutcome> {
  if (gate.rule.repeat > 1 && moved.length > 0) return confirmByPairs(gate, moved);
  const made = await runOnce(gate, 'moved', moved);
  const said = lastLine(made.output);
  const answer = answerOf(made.end);
  const why = `${endWords(made.end)}${said === '' || answer === 'good' ? '' : `: ${said}`}`;
  return { answer, why, runs: [made.run], log: made.output };
}

/** A command that broke, or came to no end, says nothing about what moved. */
function answerOf(end: ShellEnd): GateAnswer {
  if (end.kind !== 'exited') return 'unsure';
  if (end.status === 0) return 'good';
  const isBroken =
    end.status === skipStatus || brokenStatuses.includes(end.status) || end.status > signalStatusMin;
  return isBroken ? 'unsure' : 'bad';
}
