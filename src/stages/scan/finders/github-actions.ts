import { member, type YamlNode } from '../../../base/yaml.ts';
import type { Mention } from '../../../model/mention.ts';
import type { CiJob } from '../../../model/survey.ts';
import {
  entriesOf,
  fixedPath,
  itemsOf,
  mentionOf,
  readCiYaml,
  textMember,
  textOf,
  uniqueMentions,
  variablesOf,
  type CiFile,
  type PlacedRecipe,
} from '../ci-yaml.ts';
import { readBuildCommand } from '../recipe.ts';
import type { RepoText } from '../repo-text.ts';
import { expand, shellCommands, type Variables } from '../shell.ts';

export function isGithubWorkflow(path: string): boolean {
  return /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** Workflows of GitHub Actions, Gitea and Forgejo. */
export function readGithubWorkflow(source: RepoText): CiFile {
  const { root, notRead } = readCiYaml(source);
  const shared = variablesOf(member(root, 'env'));
  const mentions: Mention[] = [];
  const jobs: CiJob[] = [];
  const recipes: PlacedRecipe[] = [];
  for (const { key: name, keySpan, value: job } of entriesOf(member(root, 'jobs'))) {
    const env = { ...shared, ...variablesOf(member(job, 'env')) };
    const container = member(job, 'container');
    const imageNode = container?.kind === 'map' ? member(container, 'image') : container;
    const image = mentionOf(source, imageNode, 'github-container', expand(textOf(imageNode) ?? '', env));
    for (const { value: service } of entriesOf(member(job, 'services'))) {
      const serviceNode = service.kind === 'map' ? member(service, 'image') : service;
      mentions.push(
        ...present(mentionOf(source, serviceNode, 'github-service', expand(textOf(serviceNode) ?? '', env))),
      );
    }
    mentions.push(...present(image));
    recipes.push(...stepRecipes(source, member(job, 'steps'), env));
    if (image === undefined) continue;
    jobs.push({
      file: source.path,
      line: source.line(keySpan.start),
      name,
      image,
      scripts: itemsOf(member(job, 'steps')).flatMap((step) => present(textMember(step, 'run'))),
      env: { ...env, ...variablesOf(member(container, 'env')) },
      workdir: fixedPath(textMember(member(member(job, 'defaults'), 'run'), 'working-directory')),
      user: undefined,
    });
  }
  return { mentions: uniqueMentions(mentions), jobs, recipes, notRead };
}

function stepRecipes(source: RepoText, steps: YamlNode | undefined, env: Variables): readonly PlacedRecipe[] {
  return itemsOf(steps).flatMap((step) => {
    const place = { file: source.path, line: source.line(step.span.start) };
    const variables = { ...env, ...variablesOf(member(step, 'env')) };
    const commands = shellCommands(textMember(step, 'run') ?? '', variables).flatMap((command) =>
      present(readBuildCommand(command)),
    );
    const action = textMember(step, 'uses') ?? '';
    const built = action.startsWith('docker/build-push-action@')
      ? [actionRecipe(member(step, 'with'), variables)]
      : [];
    return [...commands, ...built].map((recipe) => ({ ...recipe, ...place }));
  });
}

function actionRecipe(
  inputs: YamlNode | undefined,
  variables: Variables,
): Omit<PlacedRecipe, 'file' | 'line'> {
  const input = (key: string): string | undefined => {
    const text = textMember(inputs, key);
    return text === undefined ? undefined : expand(text, variables);
  };
  const lines = (key: string): readonly string[] =>
    (input(key) ?? '')
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return {
    names: lines('tags'),
    dockerfile: input('file'),
    context: input('context') ?? '.',
    args: Object.fromEntries(
      (input('build-args') ?? '').split('\n').flatMap((line): readonly (readonly [string, string])[] => {
        const equals = line.indexOf('=');
        return equals <= 0 ? [] : [[line.slice(0, equals).trim(), line.slice(equals + 1).trim()]];
      }),
    ),
    target: input('target'),
  };
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
