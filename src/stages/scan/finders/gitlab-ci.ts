import { posix } from 'node:path';
import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Mention } from '../../../model/mention.ts';
import type { FileFault, Finder, Found, OtherFiles } from '../finder.ts';
import { surveyGitlabCi, gitlabReserved } from '../jobs/gitlab-ci.ts';
import type { SourceText } from '../source-text.ts';
import { sureOfKey } from '../text/keys.ts';
import { scopes, type Scope } from '../text/scope.ts';
import { Collector } from '../yaml/collector.ts';
import { looseYaml } from '../yaml/loose.ts';
import { at, entriesOf, itemsOf, oneOrMany, settingOf, variablesScope, writtenIn } from '../yaml/nodes.ts';

/** GitLab's pipeline and the local files that it includes. */
export const gitlabCi: Finder = {
  find: (source, files) => {
    const all = withIncluded(source, files);
    const shared = all.map((each) => globalScope(each));
    const mentions: Mention[] = [];
    const faults: FileFault[] = [];
    for (const [index, each] of all.entries()) {
      const found = readPipeline(each, all, scopes(...shared));
      mentions.push(...found.mentions);
      if (index === 0) faults.push(...found.faults);
    }
    return { mentions, faults };
  },
  survey: surveyGitlabCi,
};

// GitLab itself takes at most 150.
const includesMax = 150;

function withIncluded(source: SourceText, files: OtherFiles): readonly SourceText[] {
  const all = [source];
  const known = new Set([source.path]);
  for (let index = 0; index < all.length && all.length < includesMax; index += 1) {
    const from = all[index];
    if (from === undefined) break;
    for (const root of looseYaml(from).roots) {
      for (const include of oneOrMany(member(root, 'include'))) {
        const local = writtenIn(from, include.kind === 'map' ? member(include, 'local') : include);
        if (local === undefined || local.includes('://')) continue;
        const path = posix.normalize(local.replace(/^\/+/, ''));
        const text = known.has(path) ? undefined : files.text(path);
        known.add(path);
        if (text !== undefined) all.push(text);
      }
    }
  }
  return all;
}

function readPipeline(source: SourceText, all: readonly SourceText[], shared: Scope): Found {
  const collector = new Collector(source, 'gitlab-ci', 'shell');
  for (const root of collector.roots) {
    readJob(collector, root, '', shared);
    readJob(collector, member(root, 'default'), 'default.', shared);
    collector.values(member(root, 'variables'), 'variables', { scope: shared });
    for (const { key, value } of entriesOf(at(root, 'spec', 'inputs')))
      collector.name(member(value, 'default'), `spec.inputs.${key}`, { sure: sureOfKey(key) });
    for (const { key, value: job } of entriesOf(root)) {
      if (gitlabReserved.has(key) || job.kind !== 'map') continue;
      const maps = chain(all, key, job).map((each) => member(each, 'variables'));
      const own = maps.map((map, index) => variablesScope(all[Math.min(index, 0)] ?? source, [map], whyOf));
      const rules = itemsOf(member(job, 'rules')).map((rule) => member(rule, 'variables'));
      const ruled = variablesScope(source, rules, whyOf);
      for (const variables of rules) collector.values(variables, `${key}.rules.variables`, { scope: shared });
      readJob(collector, job, `${key}.`, scopes(matrixScope(source, job), ...own, ruled, shared));
    }
  }
  return collector.found();
}

function readJob(collector: Collector, job: YamlNode | undefined, owner: string, scope: Scope): void {
  const image = member(job, 'image');
  collector.name(image?.kind === 'map' ? member(image, 'name') : image, `${owner}image`, { scope });
  for (const service of oneOrMany(member(job, 'services')))
    collector.name(service.kind === 'map' ? member(service, 'name') : service, `${owner}services`, { scope });
  if (owner !== '') collector.values(member(job, 'variables'), `${owner}variables`, { scope });
  for (const key of ['before_script', 'script', 'after_script'])
    collector.script(member(job, key), `${owner}${key}`, scope);
  for (const entry of oneOrMany(at(job, 'parallel', 'matrix'))) {
    for (const { key, value } of entriesOf(entry))
      for (const item of oneOrMany(value))
        collector.name(item, `${owner}parallel.matrix.${key}`, {
          sure: sureOfKey(key),
        });
  }
  collector.machine(member(job, 'tags'), `${owner}tags`, scope);
}

/** Variables that a job is multiplied by. */
function matrixScope(source: SourceText, job: YamlNode): Scope {
  const entries = oneOrMany(at(job, 'parallel', 'matrix'));
  return {
    find: (name) =>
      entries.flatMap((entry) => oneOrMany(member(entry, name)).flatMap((item) => settingOf(source, item))),
    why: whyOf,
  };
}

/** A job and what it extends, nearest first. */
function chain(all: readonly SourceText[], name: string, job: YamlNode): readonly YamlNode[] {
  const found = [job];
  const seen = new Set([name]);
  for (let index = 0; index < found.length && found.length < 50; index += 1) {
    for (const parent of oneOrMany(member(found[index], 'extends')).toReversed()) {
      const key = parent.kind === 'scalar' ? parent.source : '';
      if (seen.has(key)) continue;
      seen.add(key);
      for (const source of all) {
        const template = looseYaml(source)
          .roots.map((root) => member(root, key))
          .find((each) => each !== undefined);
        if (template !== undefined) found.push(template);
      }
    }
  }
  return found;
}

function globalScope(source: SourceText): Scope {
  return variablesScope(
    source,
    looseYaml(source).roots.map((root) => member(root, 'variables')),
    whyOf,
  );
}

function whyOf(name: string): string {
  return /^(?:CI|GITLAB)_/.test(name)
    ? `GitLab sets ${name} when the job runs`
    : `the variable ${name} is set nowhere in these files`;
}
