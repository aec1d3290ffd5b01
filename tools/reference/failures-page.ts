import { exitStatus, failureKinds } from '../../src/base/failure.ts';
import { code, table } from './markdown.ts';

const meanings: Readonly<Record<keyof typeof exitStatus, string>> = {
  yes: 'Yes: it is done, or it may be promoted.',
  ourFault: 'A fault of ours; please report it.',
  usage: 'Usage or config: what was asked for cannot be meant.',
  no: 'No: rejected, or it does not build.',
  notProven: 'Not proven: on hold; the verdict says whose move it is.',
  unavailable: 'The outside is not available; where the table says so, try again.',
  refused: 'Refused: access, policy, or content that must not be believed.',
};

/** docs/reference/failures.md */
export function failuresPage(): string {
  return [
    '# Exit statuses and failures',
    '',
    'Every command ends with one of these statuses.',
    '',
    ...table(
      ['status', 'meaning'],
      Object.entries(exitStatus).map(([name, status]) => [String(status), meaningOf(name)]),
    ),
    '',
    'When the world is wrong and a person can act, the program says so with a code: `error[code] place: what is wrong`, then what to do. With `--json` the same stands in one document: `{"error": {"code", "message", "hint", "where", "causes", "exit", "retryable"}}`. Codes are stable; messages are not.',
    '',
    ...table(
      ['code', 'status', 'try again', 'meaning'],
      Object.entries(failureKinds).map(([name, { exit, retryable, meaning }]) => [
        code(name),
        String(exit),
        retryable ? 'yes' : '',
        meaning,
      ]),
    ),
    '',
  ].join('\n');
}

function meaningOf(name: string): string {
  return Object.entries(meanings).find(([each]) => each === name)?.[1] ?? '';
}
