import type { Finder } from '../finder.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { variablesScope } from '../yaml/nodes.ts';
import { member } from '../../../base/yaml-node.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Buildkite: `image:` of its plugins and of agents, and commands. */
export const buildkite: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'buildkite', 'shell');
    for (const root of collector.roots) {
      const scope = variablesScope(
        source,
        [member(root, 'env')],
        (name) => `${name} is set nowhere in this file`,
      );
      anyImages(collector, root, { syntax: 'buildkite', sure: 'name', reading: { scope } });
      walkYaml(root, ({ entry, path }) => {
        if (entry.key === 'command' || entry.key === 'commands')
          collector.script(entry.value, path.join('.'), scope);
        else if (entry.key === 'queue') collector.machine(entry.value, path.join('.'), scope);
        return true;
      });
    }
    return collector.found();
  },
};
