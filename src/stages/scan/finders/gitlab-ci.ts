import { member, type YamlNode } from '../../../base/yaml.ts';
import type { Mention } from '../../../model/mention.ts';
import type { CiJob } from '../../../model/survey.ts';
import {
  entriesOf,
  itemsOf,
  mergeVariables,
  mentionOf,
  readCiYaml,
  textOf,
  uniqueMentions,
  variablesOf,
  type CiFile,
  type PlacedRecipe,
} from '../ci-yaml.ts';
import { readBuildCommand } from '../recipe.ts';
import type { RepoText } from '../repo-text.ts';
import { expand, shellCommands, type Variables } from '../shell.ts';

export function isGitlabCi(path: string): boolean {
  return path === '.gitlab-ci.yml' || path === '.gitlab-ci.yaml';
}

/** Keys of the file that are no jobs. */
const reserved = new Set([
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

/** GitLab's pipeline file; included files are not followed. */
export function readGitlabCi(source: RepoText): CiFile {
  const { root, notRead } = readCiYaml(source);
  const shared = variablesOf(member(root, 'variables'));
  const mentions: Mention[] = [
    ...imagesOf(source, root, shared),
    ...imagesOf(source, member(root, 'default'), shared),
  ];
  const byName = new Map(entriesOf(root).map(({ key, value }) => [key, value]));
  const jobs: CiJob[] = [];
  const recipes: PlacedRecipe[] = [];
  for (const { key: name, keySpan, value: job } of entriesOf(root)) {
    if (reserved.has(name) || job.kind !== 'map') continue;
    const chain = templates(byName, name, 0, new Set());
    const env = mergeVariables([
      shared,
      ...chain.toReversed().map((each) => variablesOf(member(each, 'variables'))),
    ]);
    mentions.push(...imagesOf(source, job, env));
    if (name.startsWith('.')) continue;
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
    const image = imageMention(source, find('image'), 'gitlab-image', env);
    if (image !== undefined)
      jobs.push({ file: source.path, line, name, image, scripts, env, workdir: undefined, user: undefined });
  }
  return { mentions: uniqueMentions(mentions), jobs, recipes, notRead };
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

function imagesOf(source: RepoText, job: YamlNode | undefined, env: Variables): readonly Mention[] {
  const services = itemsOf(member(job, 'services')).map((service) =>
    imageMention(source, service, 'gitlab-service', env),
  );
  return [imageMention(source, member(job, 'image'), 'gitlab-image', env), ...services].filter(
    (each) => each !== undefined,
  );
}

function imageMention(
  source: RepoText,
  image: YamlNode | undefined,
  syntax: Mention['syntax'],
  env: Variables,
): Mention | undefined {
  const node = image?.kind === 'map' ? member(image, 'name') : image;
  return mentionOf(source, node, syntax, expand(textOf(node) ?? '', env));
}

/** A script is a text, or a list of texts and lists. */
function scriptsOf(node: YamlNode | undefined): readonly string[] {
  if (node?.kind === 'list') return node.items.flatMap(scriptsOf);
  const text = textOf(node);
  return text === undefined ? [] : [text];
}
