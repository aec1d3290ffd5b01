import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Mention } from '../../../model/mention.ts';
import type { CiJob } from '../../../model/survey.ts';
import { mentionAt, mergeVariables, textOf, variablesOf } from '../ci-yaml.ts';
import type { FileSurvey, PlacedRecipe } from '../finder.ts';
import { readBuildCommand } from '../recipe.ts';
import { shellCommands } from '../shell.ts';
import type { SourceText } from '../source-text.ts';
import { looseYaml } from '../yaml/loose.ts';
import { entriesOf } from '../yaml/nodes.ts';

/** Keys of the file that are no jobs. */
export const gitlabReserved: ReadonlySet<string> = new Set([
  'image',
  'services',
  'variables',
  'stages',
  'default',
  'include',
  'workflow',
  'cache',
  'before_script',
  'after_script',
  'spec',
]);

// GitLab itself follows eleven levels. A job of more templates than this is not written by hand.
const extendsDepthMax = 11;
const templatesMax = 100;

/** Jobs of a pipeline that run in an image, and the commands that build one; included files are not followed. */
export function surveyGitlabCi(source: SourceText, mentions: readonly Mention[]): FileSurvey {
  const [root] = looseYaml(source).roots;
  const shared = variablesOf(member(root, 'variables'));
  const byName = new Map(entriesOf(root).map(({ key, value }) => [key, value]));
  const jobs: CiJob[] = [];
  const recipes: PlacedRecipe[] = [];
  for (const { key: name, keySpan, value: job } of entriesOf(root)) {
    if (gitlabReserved.has(name) || job.kind !== 'map' || name.startsWith('.')) continue;
    const chain = templates(byName, name, 0, new Set());
    const env = mergeVariables([
      shared,
      ...chain.toReversed().map((each) => variablesOf(member(each, 'variables'))),
    ]);
    const find = (key: string): YamlNode | undefined =>
      firstOf([...chain, member(root, 'default'), root], key);
    const scripts = [...scriptsOf(find('before_script')), ...scriptsOf(find('script'))];
    const line = source.line(keySpan.start);
    for (const script of scripts) {
      for (const command of shellCommands(script, env)) {
        const recipe = readBuildCommand(command);
        if (recipe !== undefined) recipes.push({ ...recipe, file: source.path, line });
      }
    }
    const named = find('image');
    const image = mentionAt(source, named?.kind === 'map' ? member(named, 'name') : named, mentions);
    if (image !== undefined)
      jobs.push({ file: source.path, line, name, image, scripts, env, workdir: undefined, user: undefined });
  }
  return { jobs, recipes };
}

/** A job and what it extends, nearest first, each once: templates may extend each other in a circle. */
function templates(
  jobs: ReadonlyMap<string, YamlNode>,
  name: string,
  depth: number,
  seen: Set<string>,
): readonly YamlNode[] {
  const job = jobs.get(name);
  if (job === undefined || depth > extendsDepthMax || seen.has(name) || seen.size >= templatesMax) return [];
  seen.add(name);
  const parents = member(job, 'extends');
  const names = parents?.kind === 'list' ? parents.items.map(textOf) : [textOf(parents)];
  // Of several templates the last one wins.
  const inherited = names
    .toReversed()
    .flatMap((parent) => (parent === undefined ? [] : templates(jobs, parent, depth + 1, seen)));
  return [job, ...inherited];
}

function firstOf(nodes: readonly (YamlNode | undefined)[], key: string): YamlNode | undefined {
  for (const node of nodes) {
    const found = member(node, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A script is a text, or a list of texts and lists. */
function scriptsOf(node: YamlNode | undefined): readonly string[] {
  if (node?.kind === 'list') return node.items.flatMap(scriptsOf);
  const text = textOf(node);
  return text === undefined ? [] : [text];
}
