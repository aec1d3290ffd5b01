import { member } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { Collector } from '../yaml/collector.ts';
import { settingOf } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Bitbucket Pipelines: `image` as text or with a `name`, services, pipes that are images, scripts. */
export const bitbucket: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'bitbucket', 'shell');
    for (const root of collector.roots) {
      walkYaml(root, ({ entry: { key, value }, path }) => {
        const owner = path.join('.');
        if (key === 'image') collector.name(value.kind === 'map' ? member(value, 'name') : value, owner);
        else if (key === 'script' || key === 'after-script') collector.script(value, owner);
        else if (key === 'pipe' && settingOf(source, value)[0]?.text.startsWith('docker://') === true)
          collector.name(value, owner);
        else if (key === 'variables') collector.values(value, owner);
        else if (key === 'runs-on') collector.machine(value, owner);
        return true;
      });
    }
    return collector.found();
  },
};
