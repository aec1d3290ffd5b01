import { Failure } from '../../../base/failure.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import { imageNameOf, tagOf } from '../../../model/layout-entry.ts';
import { formatReference, isTag, parseReference } from '../../../model/reference.ts';
import type { EntryName } from '../layout-index.ts';
import type { TagNames } from './stored-repository.ts';

/**
 * Names of a bundle, where the images of many repositories lie in one index. A path is read as people read image names:
 * `team/ci` is `docker.io/team/ci`, `ghcr.io/team/ci` is itself. An image whose index entry has no such name is also
 * found as `<its name in the bundle>:latest`. In the bundle it is called by the last part of its path.
 */
export function layoutNames(repository: string): TagNames {
  const { registry, repository: path } = parseReference(repository);
  const prefix = `${formatReference({ registry, repository: path })}:`;
  const member = repository.slice(repository.lastIndexOf('/') + 1);
  const tagIn = (entry: Descriptor): string | undefined => {
    const name = imageNameOf(entry);
    const tag = name?.startsWith(prefix) === true ? name.slice(prefix.length) : undefined;
    return tag ?? (tagOf(entry) === repository ? 'latest' : undefined);
  };
  const nameFor = (tag: string, entries: readonly Descriptor[]): EntryName => {
    if (!isTag(member)) throw refused(`${JSON.stringify(member)} is too long for the name of an image`);
    const holder = entries.find((entry) => tagOf(entry) === member);
    if (holder !== undefined && tagIn(holder) !== tag)
      throw refused(
        `the image ${member} is here as ${imageNameOf(holder) ?? holder.digest}; a bundle holds one of each name`,
      );
    return { tag: member, imageName: `${prefix}${tag}` };
  };
  return { tagIn, nameFor };
}

function refused(why: string): Failure {
  return new Failure('registry-refused', `the bundle does not take this image: ${why}`);
}
