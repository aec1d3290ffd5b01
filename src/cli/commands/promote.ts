import path from 'node:path';
import { exitStatus, Failure } from '../../base/failure.ts';
import { formatTable } from '../../base/table.ts';
import { safeLine } from '../../base/text.ts';
import { shortDigest } from '../../model/digest.ts';
import type { Approval, PromotionMove } from '../../model/promotion.ts';
import { planPromotion, promoteBundle } from '../../flows/promote.ts';
import { connected } from '../../wire/connected.ts';
import { configOption, type CommandDefinition, type CommandInput, type Context } from '../command.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const promoteCommand: CommandDefinition = {
  name: 'promote',
  summary: 'Move the names to the candidates that a verdict allows',
  description:
    'Pushes the candidates of a bundle to their registries, byte for byte as they were tested, attaches the evidence, and moves the tags last. It refuses without a verdict that allows it for exactly these digests, and when a name no longer stands where the verdict’s baseline stood. All images of the bundle are there before the first tag moves. Run again after a crash, it ends in the same state. Logs in with your Docker config.',
  arguments: [{ name: 'DIR', description: 'Folder of the bundle.', required: true }],
  options: [
    { long: '--dry-run', description: 'Say what would move; push nothing.' },
    {
      long: '--approve',
      value: 'REASON',
      description: 'Let a verdict pass that waits for a person, and record who let it pass and why.',
    },
    {
      long: '--equivalent-to',
      value: 'TESTED',
      description:
        'Folder of the bundle that was tested, where DIR holds a rebuild of the same commit. Its verdict counts for the rebuild if both are proven to differ in nothing but known noise; the proof and the evidence are kept with the rebuild.',
    },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper promote bundle', meaning: 'Move the names of all images in bundle/.' },
    {
      command: 'lockkeeper promote bundle --approve "first image, no baseline yet"',
      meaning: 'Let a verdict pass that is on hold for approval.',
    },
    {
      command: 'lockkeeper promote rebuilt --equivalent-to tested',
      meaning: 'Promote what this job built, if it is what was tested.',
    },
  ],
  exits: [
    '0  the names stand at the candidates',
    '5  a registry does not answer: run it again',
    '6  refused: no verdict that allows it, a name that has moved, or a rebuild that is not what was tested',
  ],
  run: async (input, context) => {
    const wired = await connected(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const tools = wired.for(config);
    const bundle = path.resolve(context.cwd, input.arguments[0] ?? '');
    const tested = input.value('--equivalent-to');
    const order = {
      config,
      bundle,
      rebuildOf:
        tested === undefined
          ? undefined
          : { bundle: path.resolve(context.cwd, tested), comparedBy: programAndVersion() },
      approval: await approvalOf(input, async () => (await tools.worktrees.open(config.directory)).author()),
    };
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    if (input.flag('--dry-run')) {
      const moves = await progress.during(() => planPromotion(order, tools, watching));
      show(context, { dryRun: true, moves }, 'would move');
      return exitStatus.yes;
    }
    const promotion = await progress.during(() => promoteBundle(order, tools, watching));
    show(context, { dryRun: false, ...promotion }, 'moved');
    return exitStatus.yes;
  },
};

async function approvalOf(
  input: CommandInput,
  findAuthor: () => Promise<string | undefined>,
): Promise<Approval | undefined> {
  const reason = input.value('--approve');
  if (reason === undefined) return undefined;
  const author = await findAuthor();
  if (author !== undefined) return { author, reason };
  throw new Failure('usage', 'an approval needs an author, and git does not know who you are', {
    hint: 'Set it with `git config user.name "Your Name"`.',
  });
}

function show(
  context: Context,
  document: { readonly moves: readonly PromotionMove[] } & Readonly<Record<string, unknown>>,
  title: string,
): void {
  if (context.json) {
    context.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const isRebuild = document.moves.some(({ tested }) => tested !== undefined);
  const rows = document.moves.map(({ target, from, to, tested }) => [
    safeLine(target),
    from === undefined ? '(new)' : shortDigest(from),
    shortDigest(to),
    ...(isRebuild ? [shortDigest(tested ?? to)] : []),
  ]);
  const head = [title, 'from', 'to', ...(isRebuild ? ['tested as'] : [])];
  const lines = formatTable(
    [{ shrinks: 'middle' }, {}, {}, ...(isRebuild ? [{}] : [])],
    [head, ...rows],
    context.stdout.columns,
  );
  context.stdout.write(`${lines.join('\n')}\n`);
}
