import { Failure } from '../base/failure.ts';

/**
 * The name of a branch without `refs/heads/`, by the grammar of `git check-ref-format`. It begins with no dash, so that no
 * program takes it for an option, and holds nothing that a pattern or a refspec would read.
 */
export type BranchName = string & { readonly __brand: 'BranchName' };

// 255 bytes is what file systems take for one piece of a path; forges take fewer.
const bytesMax = 250;
const forbidden = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|^[-./]|[./]$/;

export function isBranchName(text: string): text is BranchName {
  return (
    text !== '' &&
    text !== '@' &&
    text !== 'HEAD' &&
    text.isWellFormed() &&
    !forbidden.test(text) &&
    Buffer.byteLength(text) <= bytesMax
  );
}

/** @throws Failure `revision-invalid` */
export function parseBranchName(text: string): BranchName {
  if (isBranchName(text)) return text;
  throw new Failure(
    'revision-invalid',
    `${JSON.stringify(text.slice(0, bytesMax))} is no name for a branch`,
    { hint: 'Names of branches are as git check-ref-format says, such as main or release/1.2.' },
  );
}
