import { Failure } from '../../base/failure.ts';
import { forgeMarker, withMarker } from '../../model/forge-marker.ts';
import type { Forge, ForgeFacts } from '../../ports/forge.ts';

/** What only a person can mend: one issue each, which is there for as long as there is something to say. */
const issueKinds = ['dead pins', 'culprits', 'expired holds'] as const;

export interface IssueText {
  readonly kind: (typeof issueKinds)[number];
  readonly title: string;
  /** Undefined: there is nothing to say, and an open issue is closed. */
  readonly body: string | undefined;
}

/** How long the body of an issue may be beside the marker on its first line. */
export function issueCharsMax({ bodyCharsMax }: Pick<ForgeFacts, 'bodyCharsMax'>): number {
  return bodyCharsMax - withMarker(forgeMarker(''), '').length;
}

/**
 * Opens, updates and closes the issues. None is closed where a registry is silent for now (`isWhole` is false): what it has
 * to say is not known. A token that may not write issues, or a forge that fails here, stops nothing: the
 * pull request and the exit status say the same. Returns sentences: what could not be kept.
 */
export async function keepIssues(
  texts: readonly IssueText[],
  { isWhole }: { readonly isWhole: boolean },
  forge: Forge,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { kind, title, body } of texts) {
    const marker = forgeMarker(`lockkeeper update: ${kind}`);
    try {
      if (body === undefined) {
        if (isWhole) await forge.closeIssue(marker, 'There is nothing of this kind any more.');
      } else {
        const open = await forge.issue(marker);
        if (open?.title !== title || open.body !== body) await forge.keepIssue({ marker, title, body });
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      faults.push(`The issue "${title}" could not be kept: ${error.message}.`);
    }
  }
  return faults;
}
