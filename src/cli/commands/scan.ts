import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { scanFolder } from '../../flows/scan.ts';
import { isPinned, type Mention } from '../../model/mention.ts';
import type { Survey } from '../../model/survey.ts';
import { local } from '../../wire/local.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { mentionsText } from '../print/mentions.ts';
import { painter } from '../print/paint.ts';
import { notePart } from '../print/part-note.ts';

export const scanCommand: CommandDefinition = {
  name: 'scan',
  summary: 'Find every image name in a repository, and who uses it',
  description:
    'Reads Dockerfiles, CI files, Compose, Kubernetes and Helm, Terraform, scripts and many more (docs/guides/mentions.md lists them), as git sees the folder: ignored files and submodules are left out, links are not followed. Variables, arguments, parameters and matrix values are followed to where they are set. With --json, `mentions` holds for each its file, line, column, bytes, syntax, text, meaning, and where its pieces are set, and `notRead` the files that were not read, and why. Nothing is written, nothing is run, and no network is used.',
  arguments: [
    {
      name: 'DIR',
      description: 'The folder to look at; the current one where none is named.',
      required: false,
    },
  ],
  options: [
    {
      long: '--commit',
      value: 'REV',
      description: 'Read this commit, branch or tag instead of the work tree; nothing is checked out.',
    },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper scan', meaning: 'List all images of this folder, grouped by name.' },
    {
      command: 'lockkeeper scan --commit origin/main --json',
      meaning: 'The mentions of a commit as a document, with bytes for whoever edits them.',
    },
  ],
  exits: [
    '0  the folder was read; files that were not are listed',
    '2  no such folder or commit, or lockkeeper.yaml is wrong',
  ],
  run: async (input, context) => {
    const config = input.value('--config');
    const order = {
      directory: path.resolve(context.cwd, input.arguments[0] ?? '.'),
      revision: input.value('--commit'),
      config: config === undefined ? undefined : path.resolve(context.cwd, config),
    };
    const { survey } = await scanFolder(order, local(context.env));
    context.stdout.write(
      context.json
        ? `${JSON.stringify(scanDocument(survey), undefined, 2)}\n`
        : mentionsText(survey, painter(context.stdout.colour)),
    );
    await notePart(order.directory, survey.mentions, context);
    return exitStatus.yes;
  },
};

/** The document of `--json`; docs/guides/mentions.md describes its fields. */
export function scanDocument({ mentions, notRead, files }: Survey): unknown {
  return { version: 1, files, mentions: mentions.map(mentionDocument), notRead };
}

function mentionDocument(mention: Mention): unknown {
  return { ...mention, pinned: isPinned(mention) };
}
