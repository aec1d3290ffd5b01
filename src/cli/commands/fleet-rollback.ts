import { rollbackChange } from '../../flows/fleet-change.ts';
import { shortName } from '../../model/reference.ts';
import { holdTools } from '../../wire/holding.ts';
import type { CommandDefinition } from '../command.ts';
import { fleetChangeExits, fleetChangeOptions, runFleetChange } from '../fleet/change.ts';
import { rollbackOptions, rollbackWishes } from '../rollback-options.ts';

export const fleetRollbackCommand: CommandDefinition = {
  name: 'fleet rollback',
  summary: 'Propose in many repositories to put an earlier digest back',
  description:
    'Makes in each repository of fleet.yaml that mentions the image the change that `rollback` makes in one, upon its base branch, and proposes it as one pull request a repository. What the pins said before is read in the history of each base; repositories that are named by URL are fetched with theirs. A repository that does not mention the image stays as it is. Run again, it changes nothing. No work tree changes. Logs in with your Docker config.',
  arguments: [
    {
      name: 'IMAGE',
      description: 'The image, as the files of the repositories write it.',
      required: true,
    },
  ],
  options: [...rollbackOptions, ...fleetChangeOptions],
  examples: [
    {
      command: 'lockkeeper fleet rollback node:22 --dry-run',
      meaning: 'Show which digest would come back in each repository.',
    },
    {
      command: 'lockkeeper fleet rollback node:22 --to sha256:… --reason "the proxy is broken"',
      meaning: 'Go back to one digest in all of them.',
    },
  ],
  exits: fleetChangeExits,
  run: async (input, context) => {
    const wishes = await rollbackWishes(input, context);
    const { image, to, author, reason, until, evidence } = wishes;
    const make = rollbackChange(wishes, holdTools(context.env, context.signal));
    const details = [to ?? '', author, reason ?? '', until ?? '', evidence ?? ''];
    const wanted = { question: 'rollback', subject: image, details, make, reason } as const;
    const title = `Roll ${shortName(image)} back`;
    return runFleetChange({ ...wanted, title, history: to === undefined }, input, context);
  },
};
