import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import { surveyGithubWorkflow } from '../jobs/github-actions.ts';
import type { SourceText } from '../source-text.ts';
import { sureOfKey } from '../text/keys.ts';
import { scopes, type Scope, type Setting } from '../text/scope.ts';
import { Collector } from '../yaml/collector.ts';
import {
  at,
  entriesOf,
  itemsOf,
  oneOrMany,
  settingOf,
  spanIn,
  variablesScope,
  writtenIn,
} from '../yaml/nodes.ts';

/** Workflows and actions of GitHub, Gitea and Forgejo. */
export const githubActions: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'github-actions', 'github');
    for (const root of collector.roots) readRoot(collector, root);
    return collector.found();
  },
  survey: surveyGithubWorkflow,
};

function readRoot(collector: Collector, root: YamlNode): void {
  const { source } = collector;
  const outer = inputsScope(source, root);
  const env = member(root, 'env');
  collector.values(env, 'env', { scope: outer });
  for (const { key, value: job } of entriesOf(member(root, 'jobs')))
    readJob(collector, root, `jobs.${key}`, job);
  // An action: what it runs in, or its steps.
  const runs = member(root, 'runs');
  const image = member(runs, 'image');
  if (textStarts(source, image, 'docker://')) collector.name(image, 'runs.image', { scope: outer });
  readSteps(collector, member(runs, 'steps'), 'runs', [outer, envScope(source, [env])]);
  for (const inputs of [
    member(root, 'inputs'),
    at(root, 'on', 'workflow_call', 'inputs'),
    at(root, 'on', 'workflow_dispatch', 'inputs'),
  ])
    for (const { key, value } of entriesOf(inputs))
      collector.name(member(value, 'default'), `inputs.${key}`, { sure: sureOfKey(key) });
}

function readJob(collector: Collector, root: YamlNode, owner: string, job: YamlNode): void {
  const { source } = collector;
  const env = envScope(source, [member(job, 'env'), member(root, 'env')]);
  const around = [matrixScope(source, at(job, 'strategy', 'matrix')), env, inputsScope(source, root)];
  const scope = scopes(...around);
  const runsOn = member(job, 'runs-on');
  collector.machine(runsOn?.kind === 'map' ? member(runsOn, 'labels') : runsOn, `${owner}.runs-on`, scope);
  const container = member(job, 'container');
  const image = container?.kind === 'map' ? member(container, 'image') : container;
  collector.name(image, `${owner}.container`, { scope });
  collector.values(member(container, 'env'), `${owner}.container.env`, { scope });
  for (const { key, value } of entriesOf(member(job, 'services'))) {
    const named = value.kind === 'map' ? member(value, 'image') : value;
    collector.name(named, `${owner}.services.${key}`, { scope });
    collector.values(member(value, 'env'), `${owner}.services.${key}.env`, { scope });
  }
  collector.values(member(job, 'env'), `${owner}.env`, { scope });
  readInputs(collector, member(job, 'with'), `${owner}.with`, scope);
  readMatrix(collector, at(job, 'strategy', 'matrix'), `${owner}.matrix`);
  readSteps(collector, member(job, 'steps'), owner, around);
}

/** Values of a matrix that are full names, whether or not we see who uses them. */
function readMatrix(collector: Collector, matrix: YamlNode | undefined, owner: string): void {
  for (const { key, value } of entriesOf(matrix)) {
    for (const item of oneOrMany(value)) {
      if (item.kind === 'map') collector.values(item, `${owner}.${key}`);
      else
        collector.name(item, `${owner}.${key}`, {
          sure: sureOfKey(key),
        });
    }
  }
}

function readSteps(
  collector: Collector,
  steps: YamlNode | undefined,
  owner: string,
  around: readonly Scope[],
): void {
  const { source } = collector;
  for (const [index, step] of itemsOf(steps).entries()) {
    const own = `${owner}.steps.${index}`;
    const scope = scopes(envScope(source, [member(step, 'env')]), ...around);
    const uses = member(step, 'uses');
    if (textStarts(source, uses, 'docker://')) collector.name(uses, `${own}.uses`, { scope });
    readInputs(collector, member(step, 'with'), `${own}.with`, scope);
    collector.values(member(step, 'env'), `${own}.env`, { scope });
    collector.script(member(step, 'run'), `${own}.run`, scope);
    for (const key of [
      'run',
      'script',
      'build-args',
      'build-contexts',
      'options',
      'cache-from',
      'driver-opts',
    ])
      collector.script(at(step, 'with', key), `${own}.with.${key}`, scope);
  }
}

/** Inputs that name what an action builds, or files. */
const notUsed = /^(?:tags?|images|labels|outputs?|push|target|file|path|key|name|cache-to)$/;

function readInputs(collector: Collector, inputs: YamlNode | undefined, owner: string, scope: Scope): void {
  const { source } = collector;
  for (const { key, value } of entriesOf(inputs)) {
    const text = writtenIn(source, value) ?? '';
    const span = spanIn(source, value);
    // A list as JSON, which a matrix is made of.
    if (span !== undefined && /^\s*\[/.test(text))
      for (const { 1: name = '', index } of text.matchAll(/"([^"\s]+)"/g)) {
        const start = span.start + index + 1;
        collector.at({ start, end: start + name.length }, `${owner}.${key}`, { scope, sure: sureOfKey(key) });
      }
    else if (!notUsed.test(key)) collector.name(value, `${owner}.${key}`, { scope, sure: sureOfKey(key) });
  }
}

function textStarts(source: SourceText, node: YamlNode | undefined, start: string): boolean {
  const [setting] = settingOf(source, node);
  return setting?.text.startsWith(start) === true;
}

/** `env.NAME` in expressions, `NAME` in scripts. */
function envScope(source: SourceText, maps: readonly (YamlNode | undefined)[]): Scope {
  const why = (name: string): string => whyOf(name);
  return scopes(variablesScope(source, maps, why, 'env.'), variablesScope(source, maps, why));
}

function inputsScope(source: SourceText, root: YamlNode): Scope {
  const places = [
    at(root, 'on', 'workflow_call', 'inputs'),
    at(root, 'on', 'workflow_dispatch', 'inputs'),
    member(root, 'inputs'),
  ];
  return {
    find: (name) => {
      const input = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(name)?.[1];
      if (input === undefined) return [];
      return places.flatMap((inputs) => settingOf(source, at(inputs, input, 'default'))).slice(0, 1);
    },
    why: whyOf,
  };
}

/** `matrix.a` and `matrix.a.b`: the values of the list, and those of `include`. */
function matrixScope(source: SourceText, matrix: YamlNode | undefined): Scope {
  return {
    find: (name) => {
      const [first, key, ...below] = name.split('.');
      if (first !== 'matrix' || key === undefined) return [];
      const listed = oneOrMany(member(matrix, key));
      const included = itemsOf(member(matrix, 'include')).map((each) => member(each, key));
      return [...listed, ...included].flatMap((item): readonly Setting[] =>
        item === undefined ? [] : settingOf(source, below.length === 0 ? item : at(item, ...below)),
      );
    },
    why: whyOf,
  };
}

function whyOf(name: string): string {
  const [first = '', key = ''] = name.split('.');
  switch (first) {
    case 'matrix':
      return `the matrix of this job sets no ${key} that can be read here`;
    case 'inputs':
      return `the input ${key} has no default`;
    case 'env':
      return `the variable ${key} is set nowhere in this file`;
    case 'vars':
    case 'secrets':
      return `${name} is kept by the forge and not in the repository`;
    default:
      return `${name} is filled in when the job runs`;
  }
}
