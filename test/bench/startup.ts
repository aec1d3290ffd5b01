import process from 'node:process';
import { inTurn, program, type Figure } from './measure.ts';

const rounds = 25;

/** How soon the command line answers, beside Node doing nothing at all. */
export async function startup(): Promise<readonly Figure[]> {
  const node = process.execPath;
  const [nothing = 0, version = 0, help = 0] = await inTurn(
    [
      [node, '-e', '0'],
      [node, program, '--version'],
      [node, program, '--help'],
    ],
    rounds,
  );
  const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
  return [
    {
      claim: '--version beside `node -e 0`',
      measured: ms(version),
      peer: ms(nothing),
      value: version / nothing,
      limit: 2,
      unit: 'ratio',
    },
    {
      claim: '--help beside --version',
      measured: ms(help),
      peer: ms(version),
      value: help / version,
      limit: 1.2,
      unit: 'ratio',
    },
  ];
}
