import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { MentionSyntax } from '../../../model/mention.ts';
import { isImageKey, sureOfArgument, sureOfKey } from '../text/keys.ts';
import type { Sureness } from '../text/spell.ts';
import type { Collector, Reading } from './collector.ts';
import { embeddedMentions } from './embedded.ts';
import { oneOrMany, spanIn, writtenIn } from './nodes.ts';
import { splitBy } from './split-keys.ts';
import { walkYaml, type Visited } from './walk.ts';

/** Keys whose text is an image wherever they stand. */
const imageKey =
  /^(?:image|baseImage|base_image|containerImage|container_image|docker_image|dockerImage|imageName|image_name|runImage|builderImage)$|(?:[a-z]Image|_image|-image)$/;
const notImageKey =
  /^(?:machine|vm|os|disk|ami|background|cover|logo|icon|source|header|hero|social|preview|thumbnail|profile|featured|og|twitter|site|favicon|boot|guest)[-_]?image$/i;
/** Keys that hold words for people. */
const prose =
  /^(?:description|summary|title|help|comment|note|notes|usage|documentation|message|changelog|README.*)$/i;
/** Commands of what runs or moves images, as the first thing in a text. */
const command =
  /^\s*(?:sudo\s+)?(?:docker|podman|nerdctl|skopeo|crane|buildah|kubectl|k3d|kind|minikube|cosign|trivy|pack)\s+[a-z-]/;

/** How images are found in a tree without any rule of its own. */
export interface AnyImages {
  readonly syntax: MentionSyntax;
  /** How sure a bare `image: name` is. */
  readonly sure: Sureness;
  /** Leaves out a key and all below it. */
  readonly skip?: (visited: Visited) => boolean;
  /** Whether an image at this key is that of a machine. */
  readonly isMachine?: (visited: Visited) => boolean;
  readonly reading?: Reading;
}

/** `image:` wherever it stands, whole or split over several keys; commands; full names as any other value. */
export function anyImages(collector: Collector, root: YamlNode, rules: AnyImages): void {
  walkYaml(root, (visited) => {
    if (rules.skip?.(visited) === true) return false;
    const { entry, map, path } = visited;
    const { key, value } = entry;
    if (rules.isMachine?.(visited) === true) collector.machine(value, path.join('.'), rules.reading?.scope);
    else if (splitBy(collector, { key, map, path }, rules.syntax)) return true;
    else if (value.kind === 'scalar') scalar(collector, visited, rules);
    else if (value.kind === 'list') list(collector, visited, rules);
    return true;
  });
}

function scalar(collector: Collector, visited: Visited, rules: AnyImages): void {
  const { entry, path } = visited;
  const { key, value } = entry;
  const { reading } = rules;
  const owner = path.join('.');
  if (value.kind === 'scalar' && value.style === 'block') {
    collector.add(embeddedMentions(collector.source, value, { syntax: rules.syntax, owner, key }));
    if (!prose.test(key)) collector.script(value, owner, reading?.scope);
    return;
  }
  const text = writtenIn(collector.source, value) ?? '';
  if (command.test(text)) {
    if (!prose.test(key)) collector.script(value, owner, reading?.scope);
  } else collector.name(value, owner, { ...reading, sure: surenessOf(collector, visited, rules) });
}

function surenessOf(
  { source }: Collector,
  { entry: { key }, map, path }: Visited,
  { sure }: AnyImages,
): Sureness {
  if (notImageKey.test(key)) return 'full';
  if (imageKey.test(key)) return key === 'image' || key === 'defaultBaseImage' ? sure : 'likely';
  // `{ name: WORKER_IMAGE, value: … }`
  if (key === 'value' || key === 'default') return sureOfKey(writtenIn(source, member(map, 'name')) ?? '');
  return /^build_?args$/i.test(path.at(-2) ?? '') ? sureOfArgument(key) : sureOfKey(key);
}

/** Lists of images, arguments such as `--image=host/name:tag`, commands, and a command's words. */
function list(collector: Collector, { entry, path }: Visited, { syntax, reading }: AnyImages): void {
  const isImages = /^(?:images|.*Images|.*_images|cache_?[fF]rom)$/.test(entry.key);
  const items = oneOrMany(entry.value);
  if (/^(?:docker|podman)$/.test(writtenIn(collector.source, items[0]) ?? ''))
    collector.words(items, path.join('.'), reading?.scope);
  for (const [index, item] of items.entries()) {
    const owner = [...path, index].join('.');
    if (item.kind === 'scalar' && item.style === 'block') {
      collector.add(embeddedMentions(collector.source, item, { syntax, owner, key: entry.key }));
      collector.script(item, owner, reading?.scope);
      continue;
    }
    const span = spanIn(collector.source, item);
    if (span === undefined) continue;
    const text = collector.source.slice(span);
    if (command.test(text)) {
      collector.script(item, owner, reading?.scope);
      continue;
    }
    // Behind an option, or behind the name that Kustomize replaces.
    const [, name = ''] = /^(?:--?(?:build-arg=)?)?([\w./-]+)=/.exec(text) ?? [];
    const equals = /^(?:--?(?:build-arg=)?)?[\w./-]+=/.exec(text)?.[0].length ?? 0;
    const at = { start: span.start + equals, end: span.end };
    const sure = isImages || (equals > 0 && isImageKey(name)) ? 'likely' : 'full';
    collector.at(at, owner, { ...reading, sure });
  }
}
