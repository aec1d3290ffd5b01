/**
 * How a check stands. `neutral`: it ended and does not mind. `errored`: it ended without an answer, as one that was
 * cancelled, never started or waits for a person; it neither passes nor convicts.
 */
export type CheckState = 'running' | 'passed' | 'failed' | 'neutral' | 'errored';

/** What a forge's own CI, or a service beside it, says of one commit. */
export interface Check {
  /** As rules of the forge name it. */
  readonly name: string;
  /** Who reports it, where the forge tells: an app, a pipeline's stage; empty otherwise. */
  readonly by: string;
  readonly state: CheckState;
  readonly url: string | undefined;
}

/** What a branch asks of checks: those of these names, every one that there is, or what this account may not know. */
export type RequiredChecks =
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'every' }
  | { readonly kind: 'unknown' };

const ownPrefix = 'lockkeeper: ';

/** What checks that we report are called. */
export function ownCheckName(what: string): string {
  return `${ownPrefix}${what}`;
}

/** Ours say what we think: they are nobody's answer about an image. */
export function isOwnCheck({ name }: Pick<Check, 'name'>): boolean {
  return name.startsWith(ownPrefix);
}

/** A check that we report ourselves. Reported again under its name, it takes the place of the earlier one. */
export interface OwnCheck {
  readonly commit: string;
  readonly name: string;
  readonly state: 'running' | 'passed' | 'failed' | 'neutral';
  /** One line of plain text. */
  readonly title: string;
  /** Markdown. Forges that show one line only leave it out. */
  readonly summary: string;
  /** Where more is to be read. */
  readonly url?: string | undefined;
}
