import { posix } from 'node:path';
import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder, OtherFiles } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { Collector } from '../yaml/collector.ts';
import { embeddedMentions } from '../yaml/embedded.ts';
import { at, entriesOf, itemsOf, variablesScope, writtenIn } from '../yaml/nodes.ts';

/** Compose files. `${X:-name}` takes its value from the `.env` beside the file, or from its default. */
export const compose: Finder = {
  find: (source, files) => {
    const collector = new Collector(source, 'compose', 'shell');
    const scope = dotenvScope(source, files);
    for (const root of collector.roots) {
      for (const { key, value } of [...entriesOf(member(root, 'services')), ...versionOne(root)])
        readService(collector, `services.${key}`, value, scope);
      // Fragments that services take up by anchors.
      for (const { key, value } of entriesOf(root))
        if (key.startsWith('x-')) readService(collector, key, value, scope);
    }
    return collector.found();
  },
};

function readService(collector: Collector, owner: string, service: YamlNode, scope: Scope): void {
  const { source } = collector;
  // With `build`, the name is that of what is built.
  if (member(service, 'build') === undefined) collector.name(member(service, 'image'), owner, { scope });
  const inline = at(service, 'build', 'dockerfile_inline');
  if (inline !== undefined)
    collector.add(embeddedMentions(source, inline, { syntax: 'compose', owner, key: 'dockerfile' }));
  for (const volume of itemsOf(member(service, 'volumes')))
    if (writtenIn(source, member(volume, 'type')) === 'image')
      collector.name(member(volume, 'source'), `${owner}.volumes`, { scope });
  const args = at(service, 'build', 'args');
  const inArgs = variablesScope(source, [args], scope.why);
  collector.values(args, `${owner}.build.args`, {
    scope: { find: (name) => [...inArgs.find(name), ...scope.find(name)], why: scope.why },
  });
  for (const item of itemsOf(member(service, 'environment')))
    assigned(collector, item, `${owner}.environment`, scope);
  for (const item of itemsOf(args)) assigned(collector, item, `${owner}.build.args`, scope);
  collector.values(member(service, 'environment'), `${owner}.environment`, { scope });
  for (const { key, value } of entriesOf(at(service, 'build', 'additional_contexts')))
    collector.name(value, `${owner}.build.additional_contexts.${key}`, { scope, sure: 'full' });
  for (const item of itemsOf(at(service, 'build', 'additional_contexts')))
    collector.name(item, `${owner}.build.additional_contexts`, { scope, sure: 'full' });
  for (const item of itemsOf(at(service, 'build', 'cache_from')))
    collector.name(item, `${owner}.build.cache_from`, { scope, sure: 'likely' });
  collector.script(member(service, 'command'), `${owner}.command`, scope);
}

/** `NAME=value` in a list. */
function assigned(collector: Collector, item: YamlNode, owner: string, scope: Scope): void {
  if (item.kind === 'scalar') collector.script(item, owner, scope);
}

/** The oldest form has its services at the top. */
function versionOne(root: YamlNode): ReturnType<typeof entriesOf> {
  return member(root, 'services') === undefined
    ? entriesOf(root).filter(({ value }) => member(value, 'image') !== undefined)
    : [];
}

function dotenvScope(source: SourceText, files: OtherFiles): Scope {
  const dotenv = files.text(posix.join(posix.dirname(source.path), '.env'));
  return {
    find: (name) => (dotenv === undefined ? [] : settingsIn(dotenv, name)),
    why: (name) => `${name} has no default here, and no .env beside this file sets it`,
  };
}

function settingsIn(dotenv: SourceText, name: string): readonly Setting[] {
  for (const match of dotenv.text.matchAll(/^(?:export[ \t]+)?([A-Za-z_]\w*)=["']?([^\s"'#]+)/gm)) {
    const [whole, key, value] = match;
    if (key !== name || value === undefined) continue;
    const start = match.index + whole.length - value.length;
    return [{ text: value, at: { source: dotenv, span: { start, end: start + value.length } } }];
  }
  return [];
}
