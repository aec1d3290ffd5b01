import { confirmByPairs, type GateOutcome } from './command-pairs.ts';
import { answerOfRun, endWords, lastLine, runOnce, type CommandGate } from './command-run.ts';

/** Answers one question by the person's command: one run, or as many as the judge asks for. */
export async function commandGate(gate: CommandGate, moved: readonly string[]): Promise<GateOutcome> {
  if (gate.rule.repeat > 1 && moved.length > 0) return confirmByPairs(gate, moved);
  const made = await runOnce(gate, 'moved', moved);
  const said = lastLine(made.output);
  const answer = answerOfRun(made.end);
  const why = `${endWords(made.end)}${said === '' || answer === 'good' ? '' : `: ${said}`}`;
  return { answer, why, runs: [made.run], log: made.output };
}
