import { inert, safeLine, visible } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import { examineAll } from '../../flows/doctor.ts';
import { exitOf, type Diagnosis } from '../../model/diagnosis.ts';
import { doctorTools } from '../../wire/doctor.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { painter, type Style } from '../print/paint.ts';

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  summary: 'Check engines, registries and this machine; say what to do',
  description:
    'Looks at Node, git, disk space, the container engines with their limits and known escapes, lockkeeper.yaml, and every registry that it names. Prints one line a finding, and below it what to do. Nothing is built, pushed or changed.',
  arguments: [],
  options: [configOption],
  examples: [
    { command: 'lockkeeper doctor', meaning: 'Check everything that a gate and a promotion will need here.' },
    { command: 'lockkeeper doctor --json', meaning: 'The same as a document, for a script.' },
  ],
  exits: [
    '0  what is needed works; there may be warnings',
    '2  lockkeeper.yaml is wrong',
    '5  no engine works, a registry does not answer, or there is no room',
    '6  a registry refuses access',
  ],
  run: async (input, context) => {
    const tools = await doctorTools(context.env, context.signal);
    const diagnoses = await examineAll(
      { cwd: context.cwd, file: input.value('--config') },
      tools,
      context.signal,
    );
    const exit = exitOf(diagnoses);
    context.stdout.write(
      context.json
        ? `${JSON.stringify({ exit, diagnoses }, undefined, 2)}\n`
        : doctorText(diagnoses, { colour: context.stdout.colour, columns: context.stdout.columns }),
    );
    return exit;
  },
};

const marks: Readonly<Record<Diagnosis['state'], { readonly text: string; readonly style: Style }>> = {
  good: { text: 'ok', style: 'green' },
  note: { text: 'note', style: 'cyan' },
  warning: { text: 'warn', style: 'yellow' },
  bad: { text: 'bad', style: 'red' },
};

/** `state subject  message`, and below it `→ what to do`. */
export function doctorText(
  diagnoses: readonly Diagnosis[],
  { colour, columns }: { readonly colour: boolean; readonly columns: number },
): string {
  const paint = painter(colour);
  const width = Math.min(24, Math.max(0, ...diagnoses.map(({ subject }) => subject.length)));
  const indent = 6 + width + 2;
  const room = Math.max(30, columns - indent);
  const lines = diagnoses.flatMap(({ subject, state, message, remedy }) => {
    const { text, style } = marks[state];
    const [first = '', ...rest] = inert(visible(message))
      .split('\n')
      .flatMap((line) => wrapToWidth(line.trim(), room));
    const advice = remedy === undefined || remedy === '' ? [] : wrapToWidth(`→ ${safeLine(remedy)}`, room);
    return [
      `${paint(style, text.padEnd(6))}${subject.padEnd(width)}  ${first}`,
      ...[...rest, ...advice].map((line) => `${' '.repeat(indent)}${line}`),
    ];
  });
  return [...lines, '', summary(diagnoses), ''].join('\n');
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const bads = diagnoses.filter(({ state }) => state === 'bad').length;
  const warnings = diagnoses.filter(({ state }) => state === 'warning').length;
  if (bads > 0)
    return `${bads === 1 ? 'one thing' : `${bads} things`} to mend before a gate and a promotion work here`;
  return warnings === 0
    ? 'everything that is needed works'
    : 'everything that is needed works, with the warnings above';
}
