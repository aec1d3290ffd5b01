import path from 'node:path';
import { exitStatus, Failure } from '../../base/failure.ts';
import { parseImageSource, parseWantedImage } from '../../model/image-source.ts';
import { createBundle } from '../../flows/bundle-create.ts';
import { connected } from '../../wire/connected.ts';
import { sourceDate } from '../../wire/environment.ts';
import type { CommandDefinition } from '../command.ts';
import { imagePlace } from '../image-place.ts';
import { outOption } from '../out-option.ts';
import { showBundle } from '../print/bundle.ts';
import { watchProgress } from '../print/progress.ts';

export const bundleCreateCommand: CommandDefinition = {
  name: 'bundle create',
  summary: 'Put images into a bundle, without what the receiver has',
  description:
    'Takes images from registries, engines, layouts and other bundles, and puts them into one bundle: an OCI layout that holds every blob once, byte for byte where the source has it packed. With --thin-against, the layers of those images stay behind and are listed with where they can be had. IMAGE is spelled as skopeo does: an image name or docker://NAME for a registry, docker-daemon:NAME and containers-storage:NAME for what docker and podman have, oci:DIR[:TAG] and oci-archive:FILE[:TAG] for layouts and bundles. NAME=IMAGE gives it a name of its own in the bundle. The bundle is there as a whole or not at all; run again after a crash, it goes on. With SOURCE_DATE_EPOCH set, the same images give the same bytes.',
  arguments: [{ name: 'IMAGE', description: 'Images, as [NAME=]IMAGE.', required: true, variadic: true }],
  options: [
    outOption,
    {
      long: '--thin-against',
      value: 'IMAGE',
      description: 'Leave out the layers of this image of a registry, layout or bundle.',
      repeatable: true,
    },
    {
      long: '--cache-key',
      value: 'KEY',
      description: 'Say of all that is left out that the CI cache holds it under this key, too.',
    },
    { long: '--commit', value: 'SHA', description: 'Say which commit the images were built from.' },
  ],
  examples: [
    {
      command: 'lockkeeper bundle create docker-daemon:team/ci:local --thin-against debian:12 --out ci.tar',
      meaning: 'Pack an image of docker without the layers of its base.',
    },
    {
      command: 'lockkeeper bundle create r.example.org/ci:1 tools=oci:layout:v2 --out bundle --json',
      meaning: 'Put an image of a registry and one of a layout into bundle/.',
    },
  ],
  exits: [
    '0  the bundle is there',
    '2  an image does not exist, or something else stands at the place',
    '5  a registry or engine does not answer: run it again',
    '6  a registry refuses access, or content is not what it says',
  ],
  run: async (input, context) => {
    const tools = await connected(context.env, context.signal);
    const images = input.arguments
      .map(parseWantedImage)
      .map((image) => ({ ...image, source: imagePlace(image.source, context.cwd) }));
    const out = input.value('--out') ?? '';
    const progress = watchProgress(context);
    const bundle = await progress.during(() =>
      createBundle(
        {
          images,
          out: path.resolve(context.cwd, out),
          thinAgainst: input
            .values('--thin-against')
            .map((each) => imagePlace(parseImageSource(each), context.cwd)),
          cacheKey: input.value('--cache-key'),
          commit: commitOf(input.value('--commit')),
          createdAt: sourceDate(context.env),
        },
        tools,
        { observe: progress.observe, signal: context.signal },
      ),
    );
    await showBundle({ bundle, place: out, layouts: tools.layouts }, context);
    return exitStatus.yes;
  },
};

function commitOf(text: string | undefined): string | undefined {
  if (text === undefined || /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
  throw new Failure('usage', `${JSON.stringify(text.slice(0, 100))} is not the whole hash of a commit`);
}
