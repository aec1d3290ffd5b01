import { member } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { Collector } from '../yaml/collector.ts';
import { variablesScope } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';

const scripts =
  /^(?:(?:before_|after_)?(?:install|script|success|failure|deploy|cache)|env|global|matrix|jobs)$/;

/** Travis: commands and variables. Its `services:` are programs of the machine, and `dist:` is the machine. */
export const travis: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'travis', 'shell');
    for (const root of collector.roots) {
      const shared = member(member(root, 'env'), 'global') ?? member(root, 'env');
      const scope = variablesScope(source, [shared], (name) => `${name} is set when the job runs`);
      walkYaml(root, ({ entry: { key, value }, path }) => {
        const owner = path.join('.');
        if (key === 'dist' || key === 'osx_image') collector.machine(value, owner);
        else if (scripts.test(key) && value.kind !== 'map') collector.script(value, owner, scope);
        else if (key === 'env') collector.values(value, owner, { scope });
        return true;
      });
    }
    return collector.found();
  },
};
