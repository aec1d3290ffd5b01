import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What `npm run check` asks of the project, in the order in which an answer is cheap. */
export const steps: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint', '.'],
  ['types', 'tsc'],
  ['dead code', 'knip', '--no-progress'],
  ['guards', 'node', join('tools', 'test.ts'), 'test/guards'],
];

/** @param leftOut names of steps that something else does, as `npm test` does the guards */
function main(leftOut: readonly string[]): number {
  const unknown = leftOut.filter((name) => steps.every(([step]) => step !== name));
  if (unknown.length > 0) {
    console.error(`check: no step is called ${unknown.join(', ')}`);
    return 2;
  }
  const failed = steps.filter(([name, program, ...args]) => {
    if (leftOut.includes(name)) return false;
    console.log(`\n— ${name}: ${program} ${args.join(' ')}`);
    return spawnSync(program, args, { stdio: 'inherit' }).status !== 0;
  });
  console.log(
    failed.length === 0 ? '\ncheck: all good' : `\ncheck: ${failed.map(([name]) => name).join(', ')} failed`,
  );
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { without: { type: 'string', multiple: true, default: [] } } });
  process.exitCode = main(values.without);
}
