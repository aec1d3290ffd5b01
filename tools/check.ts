import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What `npm run check` asks of the project, in the order in which an answer is cheap. */
export const steps: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint', '.'],
  ['types', 'tsc'],
  ['dead code', 'knip', '--no-progress'],
  ['guards', 'node', join('tools', 'test.ts'), 'test/guards'],
];

function main(): number {
  const failed = steps.filter(([name, program, ...args]) => {
    console.log(`\n— ${name}: ${program} ${args.join(' ')}`);
    return spawnSync(program, args, { stdio: 'inherit' }).status !== 0;
  });
  console.log(
    failed.length === 0 ? '\ncheck: all good' : `\ncheck: ${failed.map(([name]) => name).join(', ')} failed`,
  );
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
