import type { Finder } from '../finder.ts';
import { keyedValues } from '../text/keyed.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

const imageKey = /^(?:builder|image|build-image|run-image|run-image-mirrors|mirrors|lifecycle-image|uri)$/;

/** `project.toml`, `builder.toml` and `buildpack.toml`: builders, build and run images, buildpacks that are images. */
export const buildpacks: Finder = {
  find: (source) => ({
    mentions: distinct(
      keyedValues(source, 'hash').flatMap(({ key, value, span, path }) => {
        const names = [key, ...path];
        const isUri = key === 'uri';
        if (!names.some((name) => imageKey.test(name)) || (isUri && !value.startsWith('docker://')))
          return [];
        const owner = [...path.filter((name) => name !== ''), key].join('.');
        const isName =
          key === 'builder' || /image$|mirrors$/.test(key) || names.some((name) => name.endsWith('mirrors'));
        const sure = isName ? 'name' : 'likely';
        return spell({ source, span, syntax: 'buildpacks', owner, sure });
      }),
    ),
    faults: [],
  }),
};
