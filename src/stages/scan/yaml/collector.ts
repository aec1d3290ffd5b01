import type { Span } from '../../../base/text-position.ts';
import type { YamlNode } from '../../../base/yaml-node.ts';
import type { Mention, MentionSyntax } from '../../../model/mention.ts';
import type { Found } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import type { Dialect } from '../text/pieces.ts';
import type { Scope } from '../text/scope.ts';
import { sureOfKey } from '../text/keys.ts';
import { commandMentions, scriptMentions } from '../text/script.ts';
import { spell, type Sureness } from '../text/spell.ts';
import { looseYaml } from './loose.ts';
import { bodyIn, entriesOf, itemsOf, oneOrMany, spanIn } from './nodes.ts';
import { walkYaml } from './walk.ts';

/** What the values of one part of a file are read with. */
export interface Reading {
  readonly scope?: Scope;
  readonly sure?: Sureness;
}

/** In whose scripts templates are filled in before a shell reads them. */
const shellOf: Partial<Readonly<Record<Dialect, Dialect>>> = {
  github: 'github-shell',
  circleci: 'circleci-shell',
  azure: 'azure-shell',
};

/** Gathers the mentions of one YAML file. */
export class Collector {
  readonly source: SourceText;
  readonly #syntax: MentionSyntax;
  readonly #dialect: Dialect;
  readonly #mentions: Mention[] = [];

  constructor(source: SourceText, syntax: MentionSyntax, dialect: Dialect = 'none') {
    this.source = source;
    this.#syntax = syntax;
    this.#dialect = dialect;
  }

  get roots(): readonly YamlNode[] {
    return looseYaml(this.source).roots;
  }

  /** A scalar that names an image, or a machine. */
  name(node: YamlNode | undefined, owner: string, reading: Reading = {}): void {
    const span = spanIn(this.source, node);
    if (span !== undefined) this.at(span, owner, reading);
  }

  /** {@link name}, for a part of a scalar. */
  at(span: Span, owner: string, reading: Reading = {}): void {
    this.add(
      spell({ source: this.source, span, syntax: this.#syntax, owner, dialect: this.#dialect, ...reading }),
    );
  }

  /** Scalars of a map whose keys or values say that they are images: `env:`, `with:`, `variables:`. */
  values(node: YamlNode | undefined, owner: string, reading: Omit<Reading, 'sure'> = {}): void {
    for (const { key, value } of entriesOf(node)) {
      const scalar =
        value.kind === 'map' ? entriesOf(value).find((entry) => entry.key === 'value')?.value : value;
      this.name(scalar, `${owner}.${key}`, { ...reading, sure: sureOfKey(key) });
    }
  }

  /** A script, or a list of them at any depth. */
  script(node: YamlNode | undefined, owner: string, scope?: Scope): void {
    if (node === undefined) return;
    if (node.kind === 'list') {
      for (const item of itemsOf(node)) this.script(item, owner, scope);
      return;
    }
    const span = bodyIn(this.source, node);
    if (span === undefined) return;
    const given = {
      source: this.source,
      span,
      syntax: this.#syntax,
      owner,
      ...(scope === undefined ? {} : { scope }),
    };
    this.add(scriptMentions({ ...given, dialect: shellOf[this.#dialect] ?? 'shell' }));
  }

  /** One command whose words are the items of a list. */
  words(items: readonly YamlNode[], owner: string, scope?: Scope): void {
    const line = items.flatMap((item) => {
      const span = spanIn(this.source, item);
      return span === undefined ? [] : [{ text: this.source.slice(span), span, isQuoted: false }];
    });
    const [first] = line;
    if (first === undefined) return;
    const script = {
      source: this.source,
      span: first.span,
      syntax: this.#syntax,
      owner,
      dialect: 'shell',
    } as const;
    this.add(commandMentions(scope === undefined ? script : { ...script, scope }, line));
  }

  /** Runner labels: what a job runs on when it is no container. */
  machine(node: YamlNode | undefined, owner: string, scope?: Scope): void {
    for (const label of oneOrMany(node))
      this.name(label, owner, { sure: 'vm', ...(scope === undefined ? {} : { scope }) });
  }

  /** Full names, wherever they stand in the file. */
  rest(reading: Reading = {}): void {
    for (const root of this.roots) {
      walkYaml(root, ({ entry, path }) => {
        for (const value of oneOrMany(entry.value))
          this.name(value, path.join('.'), { sure: 'full', ...reading });
        return true;
      });
    }
  }

  add(mentions: readonly Mention[]): void {
    for (const mention of mentions) this.#mentions.push(mention);
  }

  /** All mentions, one for each place and name, and what is wrong with the file. */
  found(): Found {
    const { faults, lostLines } = looseYaml(this.source);
    for (const { start, end } of lostLines) this.#lostLine(start, end);
    return { mentions: distinct(this.#mentions), faults };
  }

  /** A line of a broken file that belongs to nothing any more still says `image: name`. */
  #lostLine(start: number, end: number): void {
    const line = this.source.text.slice(start, Math.min(end, start + 2_000));
    const [, before, name] =
      /^(\s*(?:-\s+)?["']?(?:[\w-]*image|container)["']?\s*:\s*["']?)([^\s"'#,{}[\]]+)/i.exec(line) ?? [];
    if (before === undefined || name === undefined) return;
    const span = { start: start + before.length, end: start + before.length + name.length };
    this.add(
      spell({
        source: this.source,
        span,
        syntax: this.#syntax,
        owner: 'image',
        dialect: this.#dialect,
        sure: 'name',
      }),
    );
  }
}

/** The first of several mentions of one name at one place, which knows most of who uses it. */
export function distinct(mentions: readonly Mention[]): readonly Mention[] {
  const known = new Map<string, Mention>();
  for (const mention of mentions) {
    const { place, meaning } = mention;
    const name = meaning.kind === 'image' ? meaning.reference.written : meaning.kind;
    const key = `${place.file}\0${place.start}\0${name}`;
    const before = known.get(key);
    if (before === undefined) known.set(key, mention);
    else if (mention.users.length > 0) known.set(key, { ...before, users: joined(before, mention) });
  }
  return [...known.values()];
}

function joined(left: Mention, right: Mention): Mention['users'] {
  const all = [...left.users, ...right.users].map(
    (place) => [`${place.file}\0${place.start}`, place] as const,
  );
  return [...new Map(all).values()];
}
