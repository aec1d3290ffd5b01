import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { surveyCircleci } from '../jobs/circleci.ts';
import type { SourceText } from '../source-text.ts';
import { sureOfKey } from '../text/keys.ts';
import { scopes, type Scope, type Setting } from '../text/scope.ts';
import { Collector } from '../yaml/collector.ts';
import { at, entriesOf, itemsOf, oneOrMany, settingOf, variablesScope } from '../yaml/nodes.ts';

/** CircleCI's jobs, executors and commands. `machine: image:` is a virtual machine. */
export const circleci: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'circleci', 'circleci');
    for (const root of collector.roots) readRoot(collector, root);
    return collector.found();
  },
  survey: surveyCircleci,
};

function readRoot(collector: Collector, root: YamlNode): void {
  for (const kind of ['executors', 'jobs', 'commands']) {
    for (const { key, value } of entriesOf(member(root, kind)))
      readPart(collector, root, { owner: `${kind}.${key}`, name: key, part: value });
  }
  readArguments(collector, root);
  for (const { key, value } of entriesOf(member(root, 'parameters')))
    collector.name(member(value, 'default'), `parameters.${key}`, {
      sure: sureOfKey(key),
    });
}

interface Part {
  readonly owner: string;
  readonly name: string;
  readonly part: YamlNode;
}

function readPart(collector: Collector, root: YamlNode, { owner, name, part }: Part): void {
  const { source } = collector;
  const environment = variablesScope(source, [member(part, 'environment')], whyOf);
  const scope = scopes(environment, parametersScope(source, root, name, part));
  for (const container of itemsOf(member(part, 'docker'))) {
    collector.name(member(container, 'image'), `${owner}.docker`, { scope });
    collector.values(member(container, 'environment'), `${owner}.docker.environment`, { scope });
  }
  collector.machine(at(part, 'machine', 'image'), `${owner}.machine`, scope);
  for (const { key, value } of entriesOf(member(part, 'parameters')))
    collector.name(member(value, 'default'), `${owner}.parameters.${key}`, {
      scope,
      sure: sureOfKey(key),
    });
  collector.values(member(part, 'environment'), `${owner}.environment`, { scope });
  readSteps(collector, member(part, 'steps'), owner, scope);
}

function readSteps(collector: Collector, steps: YamlNode | undefined, owner: string, scope: Scope): void {
  for (const step of itemsOf(steps)) {
    for (const { key, value } of entriesOf(step)) {
      if (key === 'when' || key === 'unless') {
        readSteps(collector, member(value, 'steps'), owner, scope);
      } else if (key === 'run') {
        collector.script(value.kind === 'map' ? member(value, 'command') : value, `${owner}.run`, scope);
        collector.values(member(value, 'environment'), `${owner}.run.environment`, { scope });
      } else {
        collector.values(value, `${owner}.${key}`, { scope });
      }
    }
  }
}

/** What workflows hand to jobs, matrices included. */
function readArguments(collector: Collector, root: YamlNode): void {
  for (const { name, given, owner } of calls(root)) {
    collector.values(given, owner);
    for (const { key, value } of entriesOf(at(given, 'matrix', 'parameters')))
      for (const item of oneOrMany(value))
        collector.name(item, `${owner}.${name}.${key}`, { sure: sureOfKey(key) });
  }
}

interface Call {
  readonly name: string;
  readonly owner: string;
  readonly given: YamlNode;
}

function calls(root: YamlNode): readonly Call[] {
  return entriesOf(member(root, 'workflows')).flatMap(({ key: workflow, value }) =>
    itemsOf(member(value, 'jobs')).flatMap((item) =>
      entriesOf(item).map(({ key, value: given }) => ({
        name: key,
        owner: `workflows.${workflow}.${key}`,
        given,
      })),
    ),
  );
}

/** `parameters.x`: what the calls of this job hand over, and else its default; `pipeline.parameters.x`: the default. */
function parametersScope(source: SourceText, root: YamlNode, name: string, part: YamlNode): Scope {
  return {
    find: (wanted) => {
      const whole = /^pipeline\.parameters\.([\w-]+)$/.exec(wanted)?.[1];
      if (whole !== undefined) return settingOf(source, at(root, 'parameters', whole, 'default'));
      const key = /^(?:parameters|matrix)\.([\w-]+)$/.exec(wanted)?.[1];
      if (key === undefined) return [];
      const handed = callsOf(root, name).flatMap((given): readonly Setting[] => [
        ...settingOf(source, member(given, key)),
        ...oneOrMany(at(given, 'matrix', 'parameters', key)).flatMap((item) => settingOf(source, item)),
      ]);
      const standard = settingOf(source, at(part, 'parameters', key, 'default'));
      const all = [...standard, ...handed];
      return [...new Map(all.map((each) => [each.at?.span.start, each])).values()];
    },
    why: whyOf,
  };
}

/** Where a job, or a job's executor or command, is given parameters. */
function callsOf(root: YamlNode, name: string): readonly YamlNode[] {
  const direct = calls(root)
    .filter((call) => call.name === name)
    .map(({ given }) => given);
  const inJobs = entriesOf(member(root, 'jobs')).flatMap(({ value: job }) => {
    const executor = member(job, 'executor');
    const isThis =
      executor?.kind === 'map' &&
      entriesOf(executor).some(
        ({ key, value }) => key === 'name' && value.kind === 'scalar' && value.source === name,
      );
    const steps = itemsOf(member(job, 'steps')).map((step) => member(step, name));
    return [...(isThis ? [executor] : []), ...steps.filter((each) => each !== undefined)];
  });
  return [...direct, ...inJobs];
}

function whyOf(name: string): string {
  const [first, key] = name.split('.');
  if (first === 'parameters' || first === 'matrix')
    return `the parameter ${key ?? ''} has no default, and no call in this file sets it`;
  if (first === 'pipeline') return `${name} is filled in when the pipeline starts`;
  return `the variable ${name} is set nowhere in this job`;
}
