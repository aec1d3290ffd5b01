import path from 'node:path';
import { loadConfig } from '../../flows/load-config.ts';
import { trySuite } from '../../flows/try-suite.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { watchProgress } from '../print/progress.ts';
import { triedText } from '../print/tried.ts';

export const tryCommand: CommandDefinition = {
  name: 'try',
  summary: 'Run a suite, or some of its tests, once on an image',
  description:
    'Shows at home what a gate saw elsewhere: loads the image from the bundle into the engine, runs one suite of lockkeeper.yaml in a fresh container under the same limits, and prints what each test and the run itself said. With --test it runs only the tests that are named, the way the suite’s `rerun` says. The image stays in the engine, so that one can look around in it. Judges nothing, and writes nothing into the bundle.',
  arguments: [{ name: 'BUNDLE', description: 'Folder of the bundle.', required: true }],
  options: [
    { long: '--image', value: 'IMAGE', description: 'Which image, where the bundle holds several.' },
    { long: '--suite', value: 'SUITE', description: 'Which suite, where several guard the image.' },
    {
      long: '--platform',
      value: 'PLATFORM',
      description: 'Which platform, where the image has several; the engine’s own by default.',
    },
    {
      long: '--side',
      value: 'SIDE',
      description: 'The candidate, or the baseline that the last gate compared it with.',
      choices: ['candidate', 'baseline'],
    },
    {
      long: '--test',
      value: 'TEST',
      description: 'Run only this test; its name as reports write it.',
      repeatable: true,
    },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper try bundle', meaning: 'Run the only suite on the only candidate in bundle/.' },
    {
      command: `lockkeeper try bundle --suite unit --test "api.test_login › test_expired_token"`,
      meaning: 'See one test fail.',
    },
    {
      command: 'lockkeeper try bundle --suite unit --side baseline',
      meaning: 'See how the image in use does.',
    },
  ],
  exits: [
    '0  all tests passed',
    '3  a test failed',
    '4  the run broke, or did not show a test that was asked for',
    '5  no engine, or a registry does not answer',
  ],
  run: async (input, context) => {
    const wired = await hermetic(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const progress = watchProgress(context);
    const order = {
      config,
      bundle: path.resolve(context.cwd, input.arguments[0] ?? ''),
      image: input.value('--image'),
      suite: input.value('--suite'),
      platform: input.value('--platform'),
      side: input.value('--side') === 'baseline' ? ('baseline' as const) : ('candidate' as const),
      tests: input.values('--test'),
    };
    const tried = await progress.during(() =>
      trySuite(order, wired.for(config), { observe: progress.observe, signal: context.signal }),
    );
    const { colour, columns } = context.stdout;
    context.stdout.write(
      context.json ? `${JSON.stringify(tried, undefined, 2)}\n` : triedText(tried, { colour, columns }),
    );
    return tried.exit;
  },
};
