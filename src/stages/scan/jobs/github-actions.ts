import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Mention } from '../../../model/mention.ts';
import type { CiJob } from '../../../model/survey.ts';
import { fixedPath, mentionAt, textMember, variablesOf } from '../ci-yaml.ts';
import type { FileSurvey, PlacedRecipe } from '../finder.ts';
import { readBuildCommand } from '../recipe.ts';
import { expand, shellCommands, type Variables } from '../shell.ts';
import type { SourceText } from '../source-text.ts';
import { looseYaml } from '../yaml/loose.ts';
import { entriesOf, itemsOf } from '../yaml/nodes.ts';

/** Jobs of a workflow that run in an image, and the steps that build one. */
export function surveyGithubWorkflow(source: SourceText, mentions: readonly Mention[]): FileSurvey {
  const [root] = looseYaml(source).roots;
  const shared = variablesOf(member(root, 'env'));
  const jobs: CiJob[] = [];
  const recipes: PlacedRecipe[] = [];
  for (const { key: name, keySpan, value: job } of entriesOf(member(root, 'jobs'))) {
    const env = { ...shared, ...variablesOf(member(job, 'env')) };
    const container = member(job, 'container');
    const image = mentionAt(
      source,
      container?.kind === 'map' ? member(container, 'image') : container,
      mentions,
    );
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
  return { jobs, recipes };
}

function stepRecipes(
  source: SourceText,
  steps: YamlNode | undefined,
  env: Variables,
): readonly PlacedRecipe[] {
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
