import type { Span } from '../../../base/text-position.ts';
import type { Mention, MentionMeaning, MentionSyntax } from '../../../model/mention.ts';
import type { SourceText } from '../source-text.ts';
import { isPlaceholder, isPlainName, readName } from './looks.ts';
import { noteAt } from './notes.ts';

/** A name that is written in several texts of one file; each without its quotes. */
export interface SplitName {
  readonly source: SourceText;
  readonly syntax: MentionSyntax;
  readonly owner: string;
  readonly registry?: Span | undefined;
  readonly repository: Span;
  readonly tag?: Span | undefined;
  readonly digest?: Span | undefined;
}

/** The mention of a split name; none where its repository is no name at all. */
export function splitMention(name: SplitName): readonly Mention[] {
  const { source, syntax, owner, repository } = name;
  const textOf = (span: Span | undefined): string => (span === undefined ? '' : source.slice(span));
  const text = textOf(repository);
  if (text === '' || isPlaceholder(text) || !(isTemplate(text) || isPlainName(text))) return [];
  const registry = textOf(name.registry);
  const tag = textOf(name.tag);
  const digest = textOf(name.digest);
  const whole = `${registry === '' ? '' : `${registry.replace(/\/$/, '')}/`}${text}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
  const part = (span: Span | undefined): ReturnType<SourceText['part']> | undefined =>
    span === undefined ? undefined : source.part(span);
  return [
    {
      place: source.place(repository),
      syntax,
      owner,
      text,
      meaning: meaningOf(whole),
      layout: {
        kind: 'split',
        registry: part(name.registry),
        repository: source.part(repository),
        tag: part(name.tag),
        digest: part(name.digest),
      },
      from: [],
      users: [],
      note: noteAt(source, name.tag ?? name.digest ?? repository),
    },
  ];
}

function meaningOf(whole: string): MentionMeaning {
  const open = /\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\}|\$\([^()]{0,200}\)|\(\([^()]{0,200}\)\)/.exec(
    whole,
  )?.[0];
  if (open !== undefined) return { kind: 'unresolved', why: `${open} is filled in when it runs` };
  const named = readName(whole);
  return 'reference' in named
    ? { kind: 'image', reference: named.reference }
    : { kind: 'unresolved', why: named.why };
}

function isTemplate(text: string): boolean {
  return /\{\{|\$\{|\$\(|\(\(/.test(text);
}
