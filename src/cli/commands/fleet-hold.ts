import { holdChange } from '../../flows/fleet-change.ts';
import { describeHold } from '../../model/hold.ts';
import { shortName } from '../../model/reference.ts';
import { systemClock } from '../../base/system-clock.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetChangeExits, fleetChangeOptions, runFleetChange } from '../fleet/change.ts';
import { holdOf, holdOptions } from '../hold-options.ts';

export const fleetHoldCommand: CommandDefinition = {
  name: 'fleet hold',
  summary: 'Propose in many repositories that an image does not move',
  description:
    'Adds the hold that `hold` adds to the lockkeeper.yaml of each repository of fleet.yaml that mentions the image, and proposes it as one pull request a repository; one that has no lockkeeper.yaml gets one. A repository that does not mention the image stays as it is. Run again, it changes nothing. No work tree changes.',
  arguments: [
    {
      name: 'IMAGE',
      description: 'The image, as the files of the repositories write it; a glob over such names too.',
      required: true,
    },
  ],
  options: [...holdOptions, ...fleetChangeOptions],
  examples: [
    {
      command: 'lockkeeper fleet hold python:3.14 --until 2026-12-31 --reason "not on the platform yet"',
      meaning: 'Nothing moves it this year, in any of them.',
    },
    {
      command: 'lockkeeper fleet hold node:22 --digest sha256:… --reason "broken proxy" --dry-run',
      meaning: 'Show the hold on one digest in each repository.',
    },
  ],
  exits: fleetChangeExits,
  run: async (input, context) => {
    const hold = await holdOf(input, context, systemClock);
    const { image, author, reason, until, digest, evidence } = hold;
    const details = [author, reason, until ?? '', digest ?? '', evidence ?? ''];
    const wanted = { question: 'hold', subject: image, details, make: holdChange(hold) } as const;
    const title = `Hold ${shortName(image)} back`;
    return runFleetChange({ ...wanted, title, reason: describeHold(hold), history: false }, input, context);
  },
};
