import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { commandMentions } from '../text/script.ts';
import { shellLines } from '../text/shell-words.ts';
import { splitMention } from '../text/split.ts';
import { anyImages } from '../yaml/any-image.ts';
import { Collector } from '../yaml/collector.ts';
import { at, itemsOf, settingOf, spanIn, writtenIn } from '../yaml/nodes.ts';
import { walkYaml } from '../yaml/walk.ts';
import { azurePipelines, isAzure } from './azure-pipelines.ts';

/**
 * YAML without a telling name: Kubernetes manifests and custom resources, Helm values and templates, Kustomize, Flux,
 * Tekton, Argo Workflows, k3d and kind; and templates of Azure Pipelines, which are told by what they hold.
 */
export const kubernetes: Finder = {
  find: (source, files) => {
    const collector = new Collector(source, 'kubernetes', dialectOf(source));
    if (collector.roots.some(isAzure)) return azurePipelines.find(source, files);
    for (const root of collector.roots) {
      const reading = { scope: parametersScope(source, root) };
      anyImages(collector, root, {
        syntax: 'kubernetes',
        sure: isKnown(source, root) ? 'name' : 'likely',
        skip: ({ path }) => isBuilt(source, root, path),
        isMachine: ({ path }) => isMachine(source, path),
        reading,
      });
      hooks(collector, root);
      artifact(collector, root);
    }
    return collector.found();
  },
};

/** Tekton writes `$(params.x)`, Argo and Helm `{{ … }}`. */
function dialectOf(source: SourceText): 'mustache' | 'dollar-paren' | 'shell' {
  if (source.text.includes('tekton.dev/')) return 'dollar-paren';
  return source.text.includes('{{') ? 'mustache' : 'shell';
}

/** In a resource, in values of a chart and in a cluster's config, `image:` is an image, however short its name. */
function isKnown(source: SourceText, root: YamlNode): boolean {
  return (
    member(root, 'apiVersion') !== undefined ||
    member(root, 'kind') !== undefined ||
    knownPath.test(source.path)
  );
}

const knownPath =
  /(?:^|\/)(?:values[^/]*|kustomization|k3d[^/]*|kind[^/]*|\.cirrus|\.ko|\.gitpod|codefresh|molecule|devfile|garden|batect|semaphore)\.ya?ml|(?:^|\/)(?:templates|\.semaphore)\//;

/** What Skaffold builds is named in `image:` as well. */
function isBuilt(source: SourceText, root: YamlNode, path: readonly string[]): boolean {
  if (path.at(-1) !== 'image' || !path.includes('artifacts')) return false;
  return (writtenIn(source, member(root, 'apiVersion')) ?? '').startsWith('skaffold/');
}

/** Cirrus names machines below `macos_instance` and its like; builds of sourcehut run in machines only. */
function isMachine(source: SourceText, path: readonly string[]): boolean {
  if (path.at(-1) !== 'image' && path.at(-1) !== 'image_family') return false;
  return (
    path.slice(0, -1).some((key) => key.endsWith('_instance')) ||
    (path.length === 1 && /(?:^|\/)(?:\.builds\/|\.build\.ya?ml$|\.?appveyor\.ya?ml$)/.test(source.path))
  );
}

/** Flux: what an `OCIRepository` follows, by tag or by digest. */
function artifact(collector: Collector, root: YamlNode): void {
  const { source } = collector;
  if (writtenIn(source, member(root, 'kind')) !== 'OCIRepository') return;
  const url = spanIn(source, at(root, 'spec', 'url'));
  const scheme = 'oci://';
  if (url === undefined || !source.slice(url).startsWith(scheme)) return;
  const [tag, digest] = ['tag', 'digest'].map((key) => spanIn(source, at(root, 'spec', 'ref', key)));
  const repository = { start: url.start + scheme.length, end: url.end };
  collector.add(splitMention({ source, syntax: 'kubernetes', owner: 'spec.url', repository, tag, digest }));
}

/** pre-commit: the `entry` of a hook whose language is `docker_image` begins with options and the image. */
function hooks(collector: Collector, root: YamlNode): void {
  const { source } = collector;
  walkYaml(root, ({ entry, map, path }) => {
    if (entry.key !== 'entry' || writtenIn(source, member(map, 'language')) !== 'docker_image') return true;
    const span = spanIn(source, entry.value);
    if (span === undefined) return true;
    const words = shellLines(source.text, span)[0] ?? [];
    const run = { text: 'run', span, isQuoted: false };
    const script = { source, span, syntax: 'kubernetes', owner: path.join('.') } as const;
    collector.add(commandMentions(script, [{ ...run, text: 'docker' }, run, ...words]));
    return true;
  });
}

/** Defaults of parameters: `params.x`, `inputs.parameters.x`, `workflow.parameters.x`; of a Task, a Pipeline, a Workflow. */
function parametersScope(source: SourceText, root: YamlNode): Scope {
  const places = [
    at(root, 'spec', 'params'),
    at(root, 'spec', 'arguments', 'parameters'),
    at(root, 'spec', 'inputs', 'params'),
    ...itemsOf(at(root, 'spec', 'templates')).map((template) => at(template, 'inputs', 'parameters')),
  ];
  return {
    find: (name) => {
      const key = /^(?:inputs\.)?(?:params|(?:inputs|workflow)\.parameters|parameters)\.([\w-]+)$/.exec(
        name,
      )?.[1];
      if (key === undefined) return [];
      return places.flatMap((list) =>
        itemsOf(list)
          .filter((each) => writtenIn(source, member(each, 'name')) === key)
          .flatMap((each): readonly Setting[] =>
            settingOf(source, member(each, 'default') ?? member(each, 'value')),
          ),
      );
    },
    why: (name) => (name.startsWith('.') ? `Helm fills in ${name}` : `${name} is filled in when it runs`),
  };
}
