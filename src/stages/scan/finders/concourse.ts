import { member } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { writtenIn } from '../yaml/nodes.ts';
import { addSplit, splitKeys } from '../yaml/split-keys.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Concourse: `image_resource`, resources and resource types, whose `source` splits the name. */
export const concourse: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'concourse', 'concourse');
    for (const root of collector.roots) {
      anyImages(collector, root, { syntax: 'concourse', sure: 'likely' });
      walkYaml(root, ({ entry, map, path }) => {
        const type = writtenIn(source, member(map, 'type')) ?? 'registry-image';
        if (entry.key === 'source' && /^(?:registry-image|docker-image)$/.test(type))
          addSplit(collector, entry.value, { keys: splitKeys, syntax: 'concourse', owner: path.join('.') });
        if (entry.key === 'rootfs_uri') collector.name(entry.value, path.join('.'));
        if (entry.key === 'args' || entry.key === 'path') collector.script(entry.value, path.join('.'));
        return true;
      });
    }
    return collector.found();
  },
};
