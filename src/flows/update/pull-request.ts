import type { PullRequest, PullRequestChange } from '../../model/pull-request.ts';
import { formatMarker, type UpdateMarker } from '../../model/update-marker.ts';
import { withBlock } from './body-block.ts';

/** What a pull request of ours is to say. */
export interface WantedPullRequest {
  readonly title: string;
  /** Our part of the body, without the marker. */
  readonly text: string;
  /** It is not to be merged yet. */
  readonly draft: boolean;
  readonly marker: Omit<UpdateMarker, 'title' | 'draft'>;
}

/** The body of a new one. */
export function newBody({ title, text, draft, marker }: WantedPullRequest): string {
  return withBlock('', `${text}\n${formatMarker({ ...marker, title, draft })}`);
}

/**
 * What is to change of an open one; undefined: nothing. What people did to it stays: their title, what they wrote around our
 * part of the body, a draft that they made of it, and one of ours that they declared ready.
 */
export function changeOf(
  open: PullRequest,
  last: UpdateMarker | undefined,
  { title: wanted, text, draft: wantsDraft, marker }: WantedPullRequest,
): PullRequestChange | undefined {
  const isOurTitle = last !== undefined && open.title === last.title;
  const title = isOurTitle ? wanted : open.title;
  const isOurDraft = last?.draft === true;
  const draft = open.draft ? wantsDraft || !isOurDraft : wantsDraft && !isOurDraft;
  // What we made a draft stays known as ours for as long as we want one, even where a person declared it ready.
  const marked = wantsDraft && (isOurDraft || !open.draft);
  const body = withBlock(
    open.body,
    `${text}\n${formatMarker({ ...marker, title: isOurTitle ? wanted : (last?.title ?? ''), draft: marked })}`,
  );
  const change: PullRequestChange = {
    ...(title !== open.title && { title }),
    ...(body !== open.body.replaceAll('\r\n', '\n') && { body }),
    ...(draft !== open.draft && { draft }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}
