import { Failure } from '../../base/failure.ts';
import { pinsChange } from '../../flows/fleet-change.ts';
import { runtimes, type Runtime } from '../../model/runtime-pin.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetChangeExits, fleetChangeOptions, runFleetChange } from '../fleet/change.ts';

export const fleetPinCommand: CommandDefinition = {
  name: 'fleet pin',
  summary: 'Make many repositories ask for one version of a runtime',
  description:
    'Writes a version of a runtime into the pin files of each repository of fleet.yaml, as `parity check` reads them, each in its own grammar, and proposes it as one pull request a repository. A file that asks for it already, or whose range allows it, stays as it is, and nothing else in a file changes. Where one file cannot say it, nothing of that repository changes, and it is listed with the reason. On GitHub and GitLab it opens or brings up to date one pull request on the branch lockkeeper/pin-RUNTIME; at other remotes it pushes the branch. Run again, it changes nothing. No work tree changes.',
  arguments: [
    { name: 'RUNTIME', description: `One of ${runtimes.join(', ')}.`, required: true },
    {
      name: 'VERSION',
      description: 'A series such as 3.13, or a whole version such as 3.13.1.',
      required: true,
    },
  ],
  options: [
    { long: '--reason', value: 'TEXT', description: 'Why; for the pull requests.' },
    ...fleetChangeOptions,
  ],
  examples: [
    {
      command: 'lockkeeper fleet pin python 3.13 --dry-run',
      meaning: 'Show what would change in each repository.',
    },
    {
      command:
        'lockkeeper fleet pin python 3.13 --reason "the platform has no 3.14 yet" --journal python.journal',
      meaning: 'One pull request each; the same command goes on where it ended.',
    },
  ],
  exits: fleetChangeExits,
  run: (input, context) => {
    const [runtime, version] = [runtimeOf(input.arguments[0] ?? ''), versionOf(input.arguments[1] ?? '')];
    const make = pinsChange({ runtime, version });
    const title = `Pin ${runtime} to ${version}`;
    const wanted = { question: 'pin', subject: runtime, details: [version], title, make } as const;
    return runFleetChange({ ...wanted, reason: input.value('--reason'), history: false }, input, context);
  },
};

/** @throws Failure `usage` */
function runtimeOf(text: string): Runtime {
  const runtime = runtimes.find((each) => each === text);
  if (runtime !== undefined) return runtime;
  throw new Failure('usage', `${JSON.stringify(text)} is no runtime`, {
    hint: `One of ${runtimes.join(', ')}.`,
  });
}

/** @throws Failure `usage` */
function versionOf(text: string): string {
  if (/^(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){0,3}$/.test(text)) return text;
  throw new Failure('usage', `${JSON.stringify(text)} is no version`, {
    hint: 'Numbers with dots: a series such as 3.13, or a whole version such as 3.13.1.',
  });
}
