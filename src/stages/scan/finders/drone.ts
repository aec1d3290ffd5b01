import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { scopes, type Scope } from '../text/scope.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { oneOrMany, settingOf, variablesScope } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Drone, Woodpecker, Crow and Vela: pipelines of steps that each run in an image. */
export const drone: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'drone', 'shell');
    for (const root of collector.roots) {
      const scope = scopes(
        variablesScope(source, [member(root, 'variables')], whyOf),
        matrixScope(source, root),
      );
      anyImages(collector, root, { syntax: 'drone', sure: 'name', reading: { scope } });
      walkYaml(root, ({ entry, path }) => {
        if (entry.key === 'commands') collector.script(entry.value, path.join('.'), scope);
        return true;
      });
    }
    return collector.found();
  },
};

function matrixScope(source: SourceText, root: YamlNode): Scope {
  const matrix = member(root, 'matrix');
  return {
    find: (name) => [
      ...oneOrMany(member(matrix, name)).flatMap((item) => settingOf(source, item)),
      ...oneOrMany(member(matrix, 'include')).flatMap((item) => settingOf(source, member(item, name))),
    ],
    why: whyOf,
  };
}

const whyOf = (name: string): string => `${name} is set nowhere in this file`;
