import { exitStatus, Failure } from '../../base/failure.ts';
import { packagesOf } from '../../flows/packages.ts';
import { ecosystems } from '../../model/package.ts';
import type { PackageList } from '../../model/package-list.ts';
import { parsePlatform } from '../../model/platform.ts';
import { connected } from '../../wire/connected.ts';
import { scratchLayouts } from '../../wire/scratch.ts';
import { configOption, type CommandDefinition, type Context } from '../command.ts';
import { imageArgument, projectConfig } from '../image-argument.ts';
import type { BillOrder } from '../packages/bill.ts';
import { cycloneDx } from '../packages/cyclonedx.ts';
import { packageListDocument } from '../packages/document.ts';
import { spdx } from '../packages/spdx.ts';
import { packageListText } from '../packages/text.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

const bills = { cyclonedx: cycloneDx, spdx } as const;

export const packagesCommand: CommandDefinition = {
  name: 'packages',
  summary: 'List what is installed in an image, by its package databases',
  description:
    'Reads the layers of an image as they stream by and lists what package managers and languages have left in them: dpkg (distroless too), apk, rpm, Python, npm, gems, jars and those within jars, Go programs, .NET, Composer, conda, and the distribution. Later layers win, and what a layer deletes is gone. Nothing of the image is run, or unpacked to anywhere; a database that is broken is named beside the list. What was read of a layer is kept in the cache folder of the person (XDG_CACHE_HOME). An image is spelled as skopeo does: an image name or docker://NAME for a registry, docker-daemon:NAME and containers-storage:NAME for what docker and podman have, oci:DIR[:NAME] and oci-archive:FILE[:NAME] for layouts and bundles.',
  arguments: [{ name: 'IMAGE', description: 'The image.', required: true }],
  options: [
    { long: '--platform', value: 'PLATFORM', description: 'List only the image for this platform.' },
    {
      long: '--ecosystem',
      value: 'NAME',
      description: 'List only packages of this kind.',
      choices: ecosystems.filter((each) => each !== 'os'),
      repeatable: true,
    },
    {
      long: '--bill',
      value: 'FORMAT',
      description:
        'Print a bill of materials as JSON instead, of one platform: CycloneDX 1.6 or SPDX 2.3. All packages are in it.',
      choices: Object.keys(bills),
    },
    { long: '--all', description: 'Show every finding, not only the first ones.' },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper packages debian:12', meaning: 'What is in this image?' },
    {
      command: 'lockkeeper packages oci:bundle:ci --platform linux/amd64 --bill spdx',
      meaning: 'Write a bill of materials of a candidate.',
    },
  ],
  exits: [
    '0  listed, even where a database could not be read: that is named',
    '2  the image does not exist',
    '5  a registry or engine does not answer',
    '6  a registry refuses access, or the image is not what it says',
  ],
  run: async (input, context) => {
    const platform = input.value('--platform');
    const order = {
      source: imageArgument(input.arguments[0] ?? '', context),
      platform: platform === undefined ? undefined : parsePlatform(platform),
    };
    const bill = Object.entries(bills).find(([name]) => name === input.value('--bill'))?.[1];
    const wired = await connected(context.env, context.signal);
    const config = await projectConfig(wired, input, context);
    const tools = config === undefined ? wired : wired.for(config);
    const progress = watchProgress(context);
    const found = await progress.during(() =>
      packagesOf(
        order,
        { ...tools, scratch: scratchLayouts(context.env) },
        { observe: progress.observe, signal: context.signal },
      ),
    );
    const shown = ecosystems.filter((each) => input.values('--ecosystem').includes(each));
    const document = packageListDocument(found, shown, programAndVersion());
    const { columns, colour } = context.stdout;
    if (bill !== undefined) writeJson(bill(billOrder(found, context)), context);
    else if (context.json) writeJson(document, context);
    else context.stdout.write(packageListText(document, { columns, colour, all: input.flag('--all') }));
    return exitStatus.yes;
  },
};

/** A bill is of one image; which one of several must not depend on the machine that asks. */
function billOrder({ name, platforms }: PackageList, { clock }: Context): BillOrder {
  const [image, ...others] = platforms;
  if (image === undefined || others.length > 0) {
    throw new Failure('usage', `${name} is for several platforms, and a bill of materials is of one`, {
      hint: `Add --platform with one of ${platforms.map(({ platform }) => platform).join(', ')}.`,
    });
  }
  return { name, image, madeAt: clock.now(), madeBy: programAndVersion() };
}

function writeJson(value: unknown, { stdout }: Context): void {
  stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
