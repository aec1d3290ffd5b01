import type { Span } from '../../../base/text-position.ts';
import type { SourceText } from '../source-text.ts';

/** A value that a file gives to a variable. */
export interface Setting {
  readonly text: string;
  /** Where it is written. Undefined: its value is known, but it stands nowhere as such. */
  readonly at: { readonly source: SourceText; readonly span: Span } | undefined;
}

/** What the variables of a place are set to. A matrix sets one variable several times. */
export interface Scope {
  readonly find: (name: string) => readonly Setting[];
  /** Why a variable has no value here, as a sentence's end: "the build argument X has no default". */
  readonly why: (name: string) => string;
}

export const emptyScope: Scope = { find: () => [], why: (name) => `${name} is filled in when it runs` };

/** Asks one after the other; the last one says why. */
export function scopes(...all: readonly Scope[]): Scope {
  return {
    find: (name) => {
      for (const scope of all) {
        const found = scope.find(name);
        if (found.length > 0) return found;
      }
      return [];
    },
    why: (name) => (all.at(-1) ?? emptyScope).why(name),
  };
}
