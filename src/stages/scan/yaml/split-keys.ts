import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { MentionSyntax } from '../../../model/mention.ts';
import { splitMention } from '../text/split.ts';
import type { Collector } from './collector.ts';
import { spanIn, writtenIn } from './nodes.ts';

const helm = (repository: string): SplitKeys => ({ repository, tag: 'tag', digest: 'digest' });

/** `repository`, `tag` and `digest`. */
export const splitKeys = helm('repository');

/** Which keys of a map hold the parts of one name. */
interface SplitKeys {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/**
 * The mention of a name that a map splits over its keys, where this key is that of its repository: `repository` of Helm
 * and Concourse, `newName` or `name` of Kustomize, `imageRepository`, and `name` or `image` beside a tag.
 */
export function splitBy(
  collector: Collector,
  { key, map, path }: { readonly key: string; readonly map: YamlNode; readonly path: readonly string[] },
  syntax: MentionSyntax,
): boolean {
  const keys = keysBy(collector, key, map, path);
  if (keys === undefined) return false;
  return addSplit(collector, map, { keys, syntax, owner: path.slice(0, -1).join('.') });
}

/** Whether the map holds a name below these keys; its mention is added. */
export function addSplit(
  collector: Collector,
  map: YamlNode,
  {
    keys,
    syntax,
    owner,
  }: { readonly keys: SplitKeys; readonly syntax: MentionSyntax; readonly owner: string },
): boolean {
  const { source } = collector;
  const repository = spanIn(source, member(map, keys.repository));
  if (repository === undefined) return false;
  collector.add(
    splitMention({
      source,
      syntax,
      owner,
      registry: spanIn(source, member(map, 'registry')),
      repository,
      tag: spanIn(source, member(map, keys.tag)),
      digest: spanIn(source, member(map, keys.digest)),
    }),
  );
  return true;
}

function keysBy(
  { source }: Collector,
  key: string,
  map: YamlNode,
  path: readonly string[],
): SplitKeys | undefined {
  const has = (...names: readonly string[]): boolean => names.some((name) => member(map, name) !== undefined);
  const around = path.at(-2) ?? '';
  switch (key) {
    case 'repository':
    case 'repo': {
      const isImage =
        /image/i.test(around) ||
        /^(?:registry-image|docker-image)$/.test(writtenIn(source, member(map, 'type')) ?? '') ||
        (key === 'repository' &&
          has('tag', 'digest', 'registry', 'pullPolicy', 'imagePullPolicy', 'version'));
      return isImage && !has('chart', 'path', 'url') ? helm(key) : undefined;
    }
    case 'imageRepository':
      return { repository: key, tag: 'imageTag', digest: 'imageDigest' };
    case 'name':
      if (path.at(-3) === 'images' && has('newName', 'newTag', 'digest'))
        return { repository: has('newName') ? 'newName' : 'name', tag: 'newTag', digest: 'digest' };
      return /image$/i.test(around) && has('tag', 'digest') && !has('repository') ? helm(key) : undefined;
    case 'image':
      return has('tag', 'digest') &&
        !has('repository') &&
        !/[:@]/.test(writtenIn(source, member(map, key)) ?? ':')
        ? helm(key)
        : undefined;
    default:
      return undefined;
  }
}
