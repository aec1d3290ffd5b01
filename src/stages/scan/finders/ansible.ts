import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { settingOf } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Playbooks, roles and variables of Ansible. */
export const ansible: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'ansible', 'mustache');
    const scope = variablesScope(source, collector.roots);
    for (const root of collector.roots)
      anyImages(collector, root, { syntax: 'ansible', sure: 'name', reading: { scope } });
    for (const root of collector.roots)
      walkYaml(root, ({ entry, map, path }) => {
        const isModule = /(?:^|\.)(?:docker|podman)_image(?:_pull)?$/.test(path.at(-2) ?? '');
        if (entry.key === 'name' && isModule && member(map, 'tag') === undefined)
          collector.name(entry.value, path.join('.'), { scope, sure: 'name' });
        return true;
      });
    return collector.found();
  },
};

/** Whatever key of the file has the variable's name. */
function variablesScope(source: SourceText, roots: readonly YamlNode[]): Scope {
  const settings = new Map<string, Setting>();
  for (const root of roots) {
    walkYaml(root, ({ entry }) => {
      const [setting] = settingOf(source, entry.value);
      if (setting !== undefined && !settings.has(entry.key)) settings.set(entry.key, setting);
      return true;
    });
  }
  return {
    find: (name) => {
      const found = settings.get(name);
      return found === undefined ? [] : [found];
    },
    why: (name) => `the variable ${name} is set nowhere in this file`,
  };
}
