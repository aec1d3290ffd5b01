import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { MentionSyntax } from '../../../model/mention.ts';
import { splitMention } from '../text/split.ts';
import type { Sureness } from '../text/spell.ts';
import { sureOfKey } from '../text/keys.ts';
import type { Collector, Reading } from './collector.ts';
import { oneOrMany, spanIn } from './nodes.ts';
import { walkYaml, type Visited } from './walk.ts';

/** Keys whose text is an image wherever they stand, and those whose lists are. */
const imageKey =
  /^(?:image|baseImage|base_image|containerImage|container_image|docker_image|dockerImage|imageName|image_name|runImage|builderImage)$|(?:[a-z]Image|_image|-image)$/;
const notImageKey =
  /^(?:machine|vm|os|disk|ami|background|cover|logo|icon|source|header|hero|social|preview|thumbnail|profile|featured|og|twitter|site|favicon|boot|guest)[-_]?image$/i;

/** How images are found in a tree without any rule of its own. */
export interface AnyImages {
  readonly syntax: MentionSyntax;
  /** How sure a bare `image: name` is. */
  readonly sure: Sureness;
  /** Leaves out a key and all below it. */
  readonly skip?: (visited: Visited) => boolean;
  readonly reading?: Reading;
}

/** `image:` wherever it stands, whole or split over registry, repository, tag and digest; full names as other values. */
export function anyImages(collector: Collector, root: YamlNode, rules: AnyImages): void {
  walkYaml(root, (visited) => {
    if (rules.skip?.(visited) === true) return false;
    const { entry, map, path } = visited;
    const { key, value } = entry;
    if (key === 'repository' && isSplit(map, path)) split(collector, map, rules.syntax, path);
    else if (key === 'name' && path.at(-3) === 'images' && isKustomized(map))
      kustomized(collector, map, rules.syntax, path);
    else if (value.kind === 'scalar') scalar(collector, visited, rules);
    else if (value.kind === 'list') list(collector, visited, rules);
    return true;
  });
}

function scalar(collector: Collector, { entry, path }: Visited, { sure, reading }: AnyImages): void {
  const { key, value } = entry;
  const owner = path.join('.');
  if (value.kind === 'scalar' && value.style === 'block') {
    collector.script(value, owner, reading?.scope);
    return;
  }
  const isImage = imageKey.test(key) && !notImageKey.test(key);
  const sureness = isImage
    ? key === 'image'
      ? sure
      : 'likely'
    : key === 'value' || key === 'default'
      ? 'full'
      : sureOfKey(key);
  collector.name(value, owner, { ...reading, sure: notImageKey.test(key) ? 'full' : sureness });
}

/** Lists of images, and arguments such as `--image=host/name:tag`. */
function list(collector: Collector, { entry, path }: Visited, { reading }: AnyImages): void {
  const isImages = /^(?:images|.*Images|.*_images)$/.test(entry.key);
  for (const [index, item] of oneOrMany(entry.value).entries()) {
    const owner = [...path, index].join('.');
    const span = spanIn(collector.source, item);
    if (span === undefined) continue;
    const equals = /^--?[\w.-]+=/.exec(collector.source.slice(span))?.[0].length ?? 0;
    const at = { start: span.start + equals, end: span.end };
    const sure = isImages ? 'likely' : 'full';
    collector.at(at, owner, { ...reading, sure });
  }
}

function isSplit(map: YamlNode, path: readonly string[]): boolean {
  return (
    ['tag', 'digest', 'registry', 'pullPolicy', 'imagePullPolicy', 'version'].some(
      (key) => member(map, key) !== undefined,
    ) || /image/i.test(path.at(-2) ?? '')
  );
}

function split(collector: Collector, map: YamlNode, syntax: MentionSyntax, path: readonly string[]): void {
  const { source } = collector;
  const repository = spanIn(source, member(map, 'repository'));
  if (repository === undefined) return;
  const span = (key: string): ReturnType<typeof spanIn> => spanIn(source, member(map, key));
  collector.add(
    splitMention({
      source,
      syntax,
      owner: path.slice(0, -1).join('.'),
      registry: span('registry'),
      repository,
      tag: span('tag'),
      digest: span('digest'),
    }),
  );
}

function isKustomized(map: YamlNode): boolean {
  return ['newName', 'newTag', 'digest'].some((key) => member(map, key) !== undefined);
}

function kustomized(
  collector: Collector,
  map: YamlNode,
  syntax: MentionSyntax,
  path: readonly string[],
): void {
  const { source } = collector;
  const repository = spanIn(source, member(map, 'newName') ?? member(map, 'name'));
  if (repository === undefined) return;
  const tag = spanIn(source, member(map, 'newTag'));
  const digest = spanIn(source, member(map, 'digest'));
  collector.add(
    splitMention({ source, syntax, owner: path.slice(0, -1).join('.'), repository, tag, digest }),
  );
}
