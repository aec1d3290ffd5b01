import { isFailure } from '../../base/failure.ts';
import { TextIndex, type Span } from '../../base/text-position.ts';
import type { Mention, MentionMeaning, MentionSyntax } from '../../model/mention.ts';
import { parseReference } from '../../model/reference.ts';

/** A file of the repository that was read. */
export class RepoText {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly index: TextIndex;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.index = new TextIndex(text);
  }

  line(offset: number): number {
    return this.index.position(offset).line;
  }

  /** The mention at `span`; `name` is what its text comes to, where variables were filled in. */
  mention(syntax: MentionSyntax, span: Span, name?: string | { readonly unresolved: string }): Mention {
    const text = this.text.slice(span.start, span.end);
    const meaning: MentionMeaning =
      typeof name === 'object' ? { kind: 'unresolved', why: name.unresolved } : meaningOf(name ?? text);
    return {
      place: { file: this.path, ...this.index.position(span.start), ...this.index.bytes(span) },
      syntax,
      text,
      meaning,
    };
  }
}

function meaningOf(name: string): MentionMeaning {
  const open = /\$\{\{[^}]*\}\}|<<[^>]*>>|\$\{?[A-Za-z_][^}\s]*\}?/.exec(name)?.[0];
  if (open !== undefined) return { kind: 'unresolved', why: `${open} is filled in when the job runs` };
  try {
    return { kind: 'image', reference: parseReference(name) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { kind: 'unresolved', why: error.message };
  }
}
