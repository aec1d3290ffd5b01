import type { PullRequest, PullRequestChange } from '../../model/pull-request.ts';
import { formatMarker, replaceMarker, type UpdateMarker } from '../../model/update-marker.ts';
import type { ForgeFacts } from '../../ports/forge.ts';
import { blockCharsMax, bodyAround, withBlock } from './body-block.ts';

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

/** A body with another marker, and with another text of ours where both have no room in it. */
export function bodyWith(
  marker: UpdateMarker,
  body: string,
  { bodyCharsMax }: Pick<ForgeFacts, 'bodyCharsMax'>,
  describe: (charsMax: number) => string,
): string {
  const replaced = replaceMarker(body, marker);
  if (replaced.length <= bodyCharsMax) return replaced;
  const line = formatMarker(marker);
  const room = bodyCharsMax - line.length - bodyAround(body).length - blockCharsMax - 2;
  return withBlock(body, `${describe(room)}\n${line}`);
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
