import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/**
 * The judge's operating characteristics as they were measured: `node test/bench/measure-judge.ts` writes them, the pages
 * are drawn from them. Simulating them takes minutes, which nobody should wait for who changes a sentence.
 */
export const figuresFile = path.join(import.meta.dirname, 'judge-figures.json');

const tally = z.strictObject({ rejected: z.int(), held: z.int(), runs: z.int() });

const figuresSchema = z.strictObject({
  seed: z.int(),
  trials: z.int().positive(),
  /** Of the same judgements, the first few; a test makes them again and holds them against these. */
  firstTrials: z.int().positive(),
  /** Over the sources of the judge that was measured. */
  judge: z.string(),
  cells: z.array(z.strictObject({ scenario: z.string(), rule: z.string(), all: tally, first: tally })),
});

export type JudgeFigures = z.infer<typeof figuresSchema>;

export function readFigures(): JudgeFigures {
  return figuresSchema.parse(JSON.parse(readFileSync(figuresFile, 'utf8')));
}

/** Shares of the judgements of a cell, and the suite's runs a judgement. */
export interface Share {
  readonly rejected: number;
  readonly held: number;
  readonly blocked: number;
  readonly runs: number;
}

export function shareOf({ cells, trials }: JudgeFigures, scenario: string, rule: string): Share {
  const cell = cells.find((each) => each.scenario === scenario && each.rule === rule);
  if (cell === undefined) throw new Error(`no figures of ${scenario} by ${rule}`);
  const { rejected, held, runs } = cell.all;
  return {
    rejected: rejected / trials,
    held: held / trials,
    blocked: (rejected + held) / trials,
    runs: runs / trials,
  };
}
