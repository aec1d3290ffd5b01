import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { digestOf } from '../../src/model/digest.ts';
import { figuresFile, type JudgeFigures } from '../../tools/reference/judge-figures.ts';
import { measure, rules, scenarios } from '../support/judge-cells.ts';

/** `node test/bench/measure-judge.ts`: measures the judge anew; takes some minutes. Then `npm run docs`. */
export const seed = 20_261_121;
export const trials = 20_000;
const firstTrials = 100;

function measureJudge(tell: (line: string) => void): JudgeFigures {
  const cells: JudgeFigures['cells'] = [];
  for (const scenario of scenarios) {
    for (const rule of rules) {
      const all = measure(scenario, rule, trials, seed);
      cells.push({ scenario: scenario.name, rule, all, first: measure(scenario, rule, firstTrials, seed) });
      tell(`${scenario.name}, ${rule}: ${JSON.stringify(all)}`);
    }
  }
  return { seed, trials, firstTrials, judge: judgeDigest(), cells };
}

/** Over the sources that decide. */
function judgeDigest(): string {
  const folder = path.join(import.meta.dirname, '../../src/stages/judge');
  const files = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
  const lines = files.toSorted().map((file) => `${digestOf(readFileSync(path.join(folder, file)))} ${file}`);
  return digestOf(lines.join('\n'));
}

if (import.meta.main) {
  const figures = measureJudge((line) => process.stderr.write(`${line}\n`));
  writeFileSync(figuresFile, `${JSON.stringify(figures, undefined, 2)}\n`);
  process.stdout.write(`seed ${figures.seed}, ${figures.trials} trials a cell: ${figuresFile}\n`);
}
