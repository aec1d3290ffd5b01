import { exitStatus } from '../../base/failure.ts';
import { diff, isEquivalent } from '../../flows/diff.ts';
import type { Reach } from '../../flows/examine-images.ts';
import { parsePlatform } from '../../model/platform.ts';
import { connected } from '../../wire/connected.ts';
import { scratchLayouts } from '../../wire/scratch.ts';
import { changeDocument, changeParts, type ChangePart } from '../change/document.ts';
import { checkChangeFiles, showChange } from '../change/show.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { imageArgument, projectConfig } from '../image-argument.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const diffCommand: CommandDefinition = {
  name: 'diff',
  summary: 'Tell what changed between two images, and who is behind it',
  description:
    'Compares two images platform by platform: settings, packages by ecosystem, files by the package or layer that they belong to, and the commits that they were built from. It takes no step more than needed: equal digests are equal images, layers that both have at the bottom are neither fetched nor read, and what was read of a layer is kept in the cache folder of the person (XDG_CACHE_HOME). With --equivalent it answers whether the second image may stand in for the first: they differ in nothing but known noise, such as times in byte code and archives; times of files are not compared at all. An image is spelled as skopeo does: an image name or docker://NAME for a registry, docker-daemon:NAME and containers-storage:NAME for what docker and podman have, oci:DIR[:NAME] and oci-archive:FILE[:NAME] for layouts and bundles. Layers are read as they stream by; nothing of them is run, or unpacked to anywhere.',
  arguments: [
    { name: 'A', description: 'The image before.', required: true },
    { name: 'B', description: 'The image now.', required: true },
  ],
  options: [
    {
      long: '--equivalent',
      description: 'Answer whether they are the same but for known noise, and say what is not.',
    },
    {
      long: '--only',
      value: 'PART',
      description: 'Show this part alone; `config` reads no layer.',
      choices: changeParts,
      repeatable: true,
    },
    { long: '--platform', value: 'PLATFORM', description: 'Compare only the images for this platform.' },
    { long: '--all', description: 'Show every setting, package and file, not only what fits a screen.' },
    {
      long: '--report',
      value: 'FILE',
      description:
        'Also write it to a file; the ending says how: .html, .md (for a pull request), .json or .txt.',
      repeatable: true,
    },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper diff debian:12 debian:13', meaning: 'What is new in trixie?' },
    {
      command: 'lockkeeper diff --equivalent r.example.org/ci:tested docker-daemon:ci:rebuilt',
      meaning: 'May the rebuild stand in for the image that was tested?',
    },
    {
      command: 'lockkeeper diff ci:1 oci:bundle:ci --only packages --report changes.md',
      meaning: 'Write the packages that a candidate changes into a comment.',
    },
  ],
  exits: [
    '0  compared; with --equivalent: they are',
    '2  an image does not exist',
    '3  with --equivalent: they are not',
    '5  a registry or engine does not answer',
    '6  a registry refuses access, or an image is not what it says',
  ],
  run: async (input, context) => {
    checkChangeFiles(input.values('--report'));
    const platform = input.value('--platform');
    const equivalent = input.flag('--equivalent');
    const only = changeParts.filter((part) => input.values('--only').includes(part));
    const [baseline, candidate] = input.arguments.map((written) => imageArgument(written, context));
    if (baseline === undefined || candidate === undefined) return exitStatus.usage;
    const order = {
      baseline,
      candidate,
      platform: platform === undefined ? undefined : parsePlatform(platform),
      reach: reachOf(equivalent, only),
    };
    const wired = await connected(context.env, context.signal);
    const config = await projectConfig(wired, input, context);
    const tools = config === undefined ? wired : wired.for(config);
    const progress = watchProgress(context);
    const found = await progress.during(() =>
      diff(
        { ...order, noise: config?.noise ?? [] },
        { ...tools, scratch: scratchLayouts(context.env) },
        { observe: progress.observe, signal: context.signal },
      ),
    );
    await showChange(
      changeDocument(found, { only, equivalent, madeBy: programAndVersion() }),
      input,
      context,
    );
    return !equivalent || isEquivalent(found) ? exitStatus.yes : exitStatus.no;
  },
};

function reachOf(equivalent: boolean, only: readonly ChangePart[]): Reach {
  if (equivalent) return 'proof';
  return only.length === 1 && only[0] === 'config' ? 'config' : 'layers';
}
