import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { scopes, type Scope } from '../text/scope.ts';
import { sureOfKey } from '../text/keys.ts';
import { Collector } from '../yaml/collector.ts';
import { at, itemsOf, oneOrMany, settingOf, writtenIn } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';

/** Azure Pipelines and their templates. */
export const azurePipelines: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'azure-pipelines', 'azure');
    for (const root of collector.roots) readAzure(collector, root);
    return collector.found();
  },
};

/** Whether a file without a telling name is a pipeline or a template of one. */
export function isAzure(root: YamlNode): boolean {
  const has = (key: string): boolean => member(root, key) !== undefined;
  if (has('apiVersion') || has('on') || has('services')) return false;
  const isListed = ['stages', 'jobs', 'steps'].some((key) => member(root, key)?.kind === 'list');
  return (
    isListed ||
    has('pool') ||
    at(root, 'extends', 'template') !== undefined ||
    at(root, 'resources', 'containers') !== undefined ||
    (has('parameters') && (has('jobs') || has('steps') || has('stages') || has('variables')))
  );
}

function readAzure(collector: Collector, root: YamlNode): void {
  const scope = scopes(parametersScope(collector, root), variablesScope(collector, root));
  const aliases = new Set(
    itemsOf(at(root, 'resources', 'containers')).map((each) =>
      writtenIn(collector.source, member(each, 'container')),
    ),
  );
  walkYaml(root, ({ entry: { key, value }, map, path }) => {
    const owner = path.join('.');
    if (key === 'image' && isPool(map, path)) collector.machine(value, owner, scope);
    else if (key === 'image' && isContainer(map, path)) collector.name(value, owner, { scope });
    else if (key === 'container') readContainer(collector, value, { owner, scope, aliases });
    else if (key === 'vmImage') collector.machine(value, owner, scope);
    else if (key === 'demands') for (const demand of oneOrMany(value)) readDemand(collector, demand, owner);
    else if (['script', 'bash', 'pwsh', 'powershell', 'inlineScript', 'arguments'].includes(key))
      collector.script(value, owner, scope);
    else for (const item of oneOrMany(value)) collector.name(item, owner, { scope, sure: sureOfKey(key) });
    return true;
  });
}

/** `pool: { name, image, os }`, perhaps below a condition, or as a parameter. */
function isPool(map: YamlNode, path: readonly string[]): boolean {
  const around = path.slice(0, -1).findLast((key) => !key.startsWith('${{') && key !== 'default');
  return around === 'pool' || member(map, 'os') !== undefined || member(map, 'demands') !== undefined;
}

/** `image:` beside a container's name, or within a template's list of containers. */
function isContainer(map: YamlNode, path: readonly string[]): boolean {
  return (
    member(map, 'container') !== undefined ||
    path.some((key) => /containers?$/i.test(key)) ||
    member(map, 'endpoint') !== undefined ||
    member(map, 'name') !== undefined
  );
}

interface ContainerPlace {
  readonly owner: string;
  readonly scope: Scope;
  readonly aliases: ReadonlySet<string | undefined>;
}

/** The name of a container among the resources is no image; anything else is. */
function readContainer(
  collector: Collector,
  value: YamlNode,
  { owner, scope, aliases }: ContainerPlace,
): void {
  const named = value.kind === 'map' ? member(value, 'image') : value;
  const text = writtenIn(collector.source, named);
  if (text === undefined || aliases.has(text) || owner.startsWith('resources.containers')) return;
  const isImage = value.kind === 'map' || /[:/]/.test(text.replaceAll(/\$\{\{[^{}]*\}\}|\$\[[^\]]*\]/g, ''));
  if (isImage) collector.name(named, owner, { scope, sure: 'name' });
}

/** `ImageOverride -equals windows.vs2022.amd64` */
function readDemand(collector: Collector, demand: YamlNode, owner: string): void {
  const [setting] = settingOf(collector.source, demand);
  const [head] = /^ImageOverride\s+-equals\s+/i.exec(setting?.text ?? '') ?? [];
  if (setting?.at === undefined || head === undefined) return;
  const { start, end } = setting.at.span;
  collector.at({ start: start + head.length, end }, owner, { sure: 'vm' });
}

function parametersScope({ source }: Collector, root: YamlNode): Scope {
  const parameters = member(root, 'parameters');
  return {
    find: (name) => {
      const key = /^parameters\.([\w-]+)$/.exec(name)?.[1];
      if (key === undefined) return [];
      const listed = itemsOf(parameters).find((each) => writtenIn(source, member(each, 'name')) === key);
      const values = [
        member(listed, 'default') ?? member(parameters, key),
        ...itemsOf(member(listed, 'values')),
      ];
      const all = values.flatMap((value) => settingOf(source, value));
      return [...new Map(all.map((each) => [each.text, each])).values()];
    },
    why: whyOf,
  };
}

function variablesScope({ source }: Collector, root: YamlNode): Scope {
  return {
    find: (name) => {
      const key = name.replace(/^variables\./, '');
      const all: ReturnType<typeof settingOf>[number][] = [];
      walkYaml(root, ({ entry, map }) => {
        if (entry.key !== 'variables') return true;
        all.push(...settingOf(source, member(entry.value, key)));
        for (const each of itemsOf(entry.value))
          if (writtenIn(source, member(each, 'name')) === key)
            all.push(...settingOf(source, member(each, 'value')));
        return map.kind === 'map';
      });
      return all;
    },
    why: whyOf,
  };
}

function whyOf(name: string): string {
  const [first, key] = name.split('.');
  return first === 'parameters'
    ? `the parameter ${key ?? ''} has no default in this file`
    : `the variable ${name.replace(/^variables\./, '')} is set nowhere in this file`;
}
