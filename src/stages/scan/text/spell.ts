import { limits } from '../../../base/limits.ts';
import type { Span } from '../../../base/text-position.ts';
import type {
  Mention,
  MentionMeaning,
  MentionPiece,
  MentionPlace,
  MentionSyntax,
} from '../../../model/mention.ts';
import type { SourceText } from '../source-text.ts';
import { isFullName, isLikelyName, isPlaceholder, isPlainName, readName } from './looks.ts';
import { noteAt } from './notes.ts';
import { variablesIn, type Dialect, type Variable } from './pieces.ts';
import { emptyScope, type Scope, type Setting } from './scope.ts';

/** A place where an image may be named, and how sure that is. */
export interface Spelling {
  readonly source: SourceText;
  readonly span: Span;
  readonly syntax: MentionSyntax;
  readonly owner: string;
  readonly dialect?: Dialect;
  readonly scope?: Scope;
  /**
   * `image`: only an image can stand here, and what is none is told. `name`: what is no name is passed over.
   * `likely`: it also needs a tag, a digest or a host. `full`: it needs a host, and a tag or digest. `vm`: a machine.
   */
  readonly sure?: Sureness;
}

export type Sureness = 'image' | 'name' | 'likely' | 'full' | 'vm';

// A chain of variables longer than this, or more values for one name, is not written by people.
const chainMax = 8;
const valuesMax = 64;
// Variables that are set many times by way of each other would be looked at more often than a file has characters.
const looksMax = 200;

/** The mentions at a place: none for what is no name, several where a matrix sets it. */
export function spell(spelling: Spelling): readonly Mention[] {
  return new Speller(spelling).at(spelling.source, spelling.span, []);
}

interface Composed {
  readonly text: string;
  readonly from: readonly MentionPiece[];
}

class Speller {
  readonly #spelling: Spelling;
  readonly #dialect: Dialect;
  readonly #scope: Scope;
  /** Places of settings that have been followed: what is there is a mention once. */
  readonly #followed = new Set<string>();
  #looks = 0;

  constructor(spelling: Spelling) {
    this.#spelling = spelling;
    this.#dialect = spelling.dialect ?? 'none';
    this.#scope = spelling.scope ?? emptyScope;
  }

  at(source: SourceText, given: Span, users: readonly MentionPlace[]): readonly Mention[] {
    const { span, isNamed } = withoutScheme(source, given);
    if (isNamed && (this.#spelling.sure === 'likely' || this.#spelling.sure === 'full'))
      return new Speller({ ...this.#spelling, sure: 'name' }).at(source, span, users);
    const text = source.slice(span);
    if (text === '' || span.end - span.start > 2 * limits.referenceCharsMax) return [];
    const variables = variablesIn(text, this.#dialect);
    const [first] = variables;
    const place = { source, span, users };
    if (first === undefined) return this.#mention(place, { text, from: [] });
    const isAll = first.span.start === 0 && first.span.end === text.length;
    if (isAll && users.length < chainMax) return this.#elsewhere(place, first);
    // Where only a full name counts, what has no slash of its own is not followed: its parts are looked at where they are set.
    if (this.#spelling.sure === 'full' && !withoutVariables(text, this.#dialect).includes('/')) return [];
    const composed = this.#compose(text, variables, 0);
    if ('why' in composed) return this.#open(place, composed.why);
    return composed.flatMap((each) => this.#mention(place, each));
  }

  /** The whole name is one variable: the mention is where it is set. */
  #elsewhere(place: Place, variable: Variable): readonly Mention[] {
    const { source, span, users } = place;
    const settings = this.#scope.find(variable.name).slice(0, valuesMax);
    if (settings.length > 0 && this.#spelling.sure === 'full') return [];
    const behind = [...users, source.place(span)];
    if (settings.length > 0) {
      return settings.flatMap(({ text, at }) => {
        if (at !== undefined) return this.#follow(at, behind);
        const piece = { written: source.slice(span), value: text, place: undefined };
        return this.#mention(place, { text, from: [piece] });
      });
    }
    if (variable.fallbacks.length > 0)
      return variable.fallbacks.flatMap(({ start, end }) =>
        this.at(source, { start: span.start + start, end: span.start + end }, users),
      );
    return this.#open(place, this.#why(variable, source.slice(span)));
  }

  #follow(at: NonNullable<Setting['at']>, users: readonly MentionPlace[]): readonly Mention[] {
    const key = `${at.span.start} ${at.source.path}`;
    if (this.#followed.has(key)) return [];
    this.#followed.add(key);
    return this.at(at.source, at.span, users);
  }

  #compose(
    text: string,
    variables: readonly Variable[],
    depth: number,
  ): readonly Composed[] | { readonly why: string } {
    let texts: readonly Composed[] = [{ text: '', from: [] }];
    let done = 0;
    for (const variable of variables) {
      const values = this.#values(text, variable, depth);
      if ('why' in values) return values;
      const before = text.slice(done, variable.span.start);
      texts = texts
        .flatMap((left) =>
          values.map((right) => ({
            text: left.text + before + right.text,
            from: [...left.from, ...right.from],
          })),
        )
        .slice(0, valuesMax);
      done = variable.span.end;
      if (texts.some((each) => each.text.length > limits.referenceCharsMax))
        return { why: 'it is too long once its variables are filled in' };
    }
    return texts.map((each) => ({ text: each.text + text.slice(done), from: each.from }));
  }

  #values(text: string, variable: Variable, depth: number): readonly Composed[] | { readonly why: string } {
    const written = text.slice(variable.span.start, variable.span.end);
    const fallbacks = variable.fallbacks.map(({ start, end }) => ({
      text: text.slice(start, end),
      at: undefined,
    }));
    const settings: readonly Setting[] = this.#scope.find(variable.name).slice(0, valuesMax);
    const given = settings.length > 0 ? settings : fallbacks;
    this.#looks += 1;
    if (this.#looks > looksMax) return { why: 'its variables have too many values' };
    if (depth >= chainMax) return { why: `it follows more than ${chainMax} variables` };
    if (given.length === 0) return { why: this.#why(variable, written) };
    const all: Composed[] = [];
    for (const setting of given) {
      const inner = variablesIn(setting.text, this.#dialect);
      const values =
        inner.length === 0
          ? [{ text: setting.text, from: [] }]
          : this.#compose(setting.text, inner, depth + 1);
      if ('why' in values) return values;
      const place = setting.at?.source.place(setting.at.span);
      all.push(...values.map((each) => ({ text: each.text, from: [{ written, value: each.text, place }] })));
    }
    return all.slice(0, valuesMax);
  }

  #why({ name }: Variable, written: string): string {
    return name === '' ? `${shortened(written)} is computed when it runs` : this.#scope.why(name);
  }

  /** A pattern that cannot be filled in counts as a name unless what is there of it says otherwise. */
  #open(place: Place, why: string): readonly Mention[] {
    const { sure = 'image' } = this.#spelling;
    const text = place.source.slice(place.span);
    if (sure === 'full' || (sure === 'likely' && !/[:@/]/.test(withoutVariables(text, this.#dialect))))
      return [];
    if (sure !== 'image' && sure !== 'vm' && !isPlainName(withoutVariables(text, this.#dialect))) return [];
    return [this.#made(place, [], { kind: 'unresolved', why })];
  }

  #mention(place: Place, { text, from }: Composed): readonly Mention[] {
    const { sure = 'image' } = this.#spelling;
    if (sure === 'vm') return [this.#made(place, from, { kind: 'vm', name: text })];
    if (isPlaceholder(text) || !fits[sure](text)) return [];
    const named = readName(text);
    if ('reference' in named) return [this.#made(place, from, { kind: 'image', reference: named.reference })];
    // A digest that was meant and is wrong is worth telling wherever it stands.
    if (sure !== 'image' && !/@sha\d+:/.test(text)) return [];
    return [this.#made(place, from, { kind: 'unresolved', why: named.why })];
  }

  #made({ source, span, users }: Place, from: readonly MentionPiece[], meaning: MentionMeaning): Mention {
    const { syntax, owner } = this.#spelling;
    const text = source.slice(span);
    const note = noteAt(source, span);
    return {
      place: source.place(span),
      syntax,
      owner,
      text,
      meaning,
      layout: { kind: 'whole' },
      from,
      users,
      note,
    };
  }
}

interface Place {
  readonly source: SourceText;
  readonly span: Span;
  readonly users: readonly MentionPlace[];
}

const fits: Readonly<Record<Sureness, (text: string) => boolean>> = {
  image: (text) => !/\s/.test(text) && text !== 'scratch',
  name: isPlainName,
  likely: isLikelyName,
  full: isFullName,
  vm: () => true,
};

/** `docker://alpine:3` names `alpine:3`, and so do `base=docker-image://alpine:3` and `type=registry,ref=alpine:3,…`. */
function withoutScheme(
  source: SourceText,
  { start, end }: Span,
): { readonly span: Span; readonly isNamed: boolean } {
  const text = source.text.slice(start, Math.min(end, start + 2 * limits.referenceCharsMax));
  const [cache, ref] = /^type=registry,(?:[\w-]+=[^,]*,)*ref=([^,]+)/.exec(text) ?? [];
  if (cache !== undefined && ref !== undefined)
    return { span: { start: start + cache.length - ref.length, end: start + cache.length }, isNamed: true };
  const scheme = /^(?:[\w.-]{1,100}=)?(?:docker|docker-image|containers-storage|docker-daemon):\/\/\/?/.exec(
    text,
  )?.[0];
  const other = /^oci:\/\//.exec(text)?.[0] ?? '';
  return { span: { start: start + (scheme ?? other).length, end }, isNamed: scheme !== undefined };
}

function withoutVariables(text: string, dialect: Dialect): string {
  let rest = '';
  let done = 0;
  for (const { span } of variablesIn(text, dialect)) {
    rest += `${text.slice(done, span.start)}x`;
    done = span.end;
  }
  return rest + text.slice(done);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
