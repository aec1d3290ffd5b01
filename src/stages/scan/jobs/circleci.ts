import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Mention } from '../../../model/mention.ts';
import type { CiJob } from '../../../model/survey.ts';
import { fixedPath, mentionAt, mergeVariables, textMember, textOf, variablesOf } from '../ci-yaml.ts';
import type { FileSurvey, PlacedRecipe } from '../finder.ts';
import { readBuildCommand } from '../recipe.ts';
import { shellCommands } from '../shell.ts';
import type { SourceText } from '../source-text.ts';
import { looseYaml } from '../yaml/loose.ts';
import { entriesOf, itemsOf } from '../yaml/nodes.ts';

/** Jobs of CircleCI that run in an image, and the commands that build one. */
export function surveyCircleci(source: SourceText, mentions: readonly Mention[]): FileSurvey {
  const [root] = looseYaml(source).roots;
  const jobs: CiJob[] = [];
  const recipes: PlacedRecipe[] = [];
  for (const { key: name, keySpan, value: job } of entriesOf(member(root, 'jobs'))) {
    const place = { file: source.path, line: source.line(keySpan.start) };
    const runner = member(job, 'docker') === undefined ? executorOf(root, job) : job;
    const docker = itemsOf(member(runner, 'docker'))[0];
    const env = {
      ...variablesOf(member(runner, 'environment')),
      ...variablesOf(member(docker, 'environment')),
      ...variablesOf(member(job, 'environment')),
    };
    const steps = runSteps(root, member(job, 'steps'), new Set());
    for (const step of steps) {
      for (const command of shellCommands(step.script, { ...env, ...step.env })) {
        const recipe = readBuildCommand(command);
        if (recipe !== undefined) recipes.push({ ...recipe, ...place });
      }
    }
    const image = mentionAt(source, member(docker, 'image'), mentions);
    if (image === undefined) continue;
    const workdir = fixedPath(
      textMember(job, 'working_directory') ?? textMember(runner, 'working_directory'),
    );
    const scripts = steps.map(({ script }) => script);
    jobs.push({
      ...place,
      name,
      image,
      scripts,
      env: mergeVariables([env, ...steps.map((step) => step.env)]),
      workdir,
      user: textMember(docker, 'user'),
    });
  }
  return { jobs, recipes };
}

function executorOf(root: YamlNode | undefined, job: YamlNode): YamlNode | undefined {
  const executor = member(job, 'executor');
  const name = textOf(executor) ?? textMember(executor, 'name');
  return name === undefined ? undefined : member(member(root, 'executors'), name);
}

interface RunStep {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The scripts of a list of steps, those of the commands that it calls included, each command once. */
function runSteps(
  root: YamlNode | undefined,
  steps: YamlNode | undefined,
  seen: Set<string>,
): readonly RunStep[] {
  return itemsOf(steps).flatMap((step): readonly RunStep[] => {
    const run = member(step, 'run');
    const script = textOf(run) ?? textMember(run, 'command');
    if (script !== undefined) return [{ script, env: variablesOf(member(run, 'environment')) }];
    const called = textOf(step) ?? entriesOf(step)[0]?.key;
    if (called === undefined || seen.has(called)) return [];
    seen.add(called);
    return runSteps(root, member(member(member(root, 'commands'), called), 'steps'), seen);
  });
}
