import { isFailure } from '../base/failure.ts';
import { parseReference, type Reference } from '../model/reference.ts';

/** Image names as CI files write them: the tag may be made only when the job runs. */
export function referenceOf(written: string): Reference | undefined {
  try {
    return parseReference(written);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** Where the tag begins with its colon; the end where there is none. */
export function tagStart(written: string): number {
  const colon = written.indexOf(':', written.lastIndexOf('/') + 1);
  return colon === -1 ? written.length : colon;
}

export function hasOpenTag(written: string): boolean {
  return /\$|\{\{/.test(written.slice(tagStart(written)));
}

/** The part before the tag, where that is known. */
export function repositoryOf(written: string): Reference | undefined {
  return referenceOf(hasOpenTag(written) ? written.slice(0, tagStart(written)) : written);
}

export function placeOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}
