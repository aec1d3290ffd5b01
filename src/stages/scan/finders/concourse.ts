import type { Finder } from '../finder.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Concourse: `image_resource`, resources and resource types, whose `source` splits the name. */
export const concourse: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'concourse', 'concourse');
    for (const root of collector.roots) {
      anyImages(collector, root, { syntax: 'concourse', sure: 'likely' });
      walkYaml(root, ({ entry, path }) => {
        if (entry.key === 'args' || entry.key === 'path') collector.script(entry.value, path.join('.'));
        return true;
      });
    }
    return collector.found();
  },
};
