import type { Span } from '../../../base/text-position.ts';

/** How variables are written: each file format has its own way. */
export type Dialect =
  | 'none'
  | 'shell'
  | 'github'
  | 'github-shell'
  | 'circleci'
  | 'circleci-shell'
  | 'azure'
  | 'azure-shell'
  | 'mustache'
  | 'make'
  | 'dollar-paren'
  | 'concourse'
  | 'hcl'
  | 'source';

/** A use of a variable within a text; offsets count from the text's start. */
export interface Variable {
  readonly span: Span;
  /** As the scope knows it; empty for what only a running job can compute. */
  readonly name: string;
  /** What stands for it where it is not set, and where that is written; of a condition, all that it can be. */
  readonly fallbacks: readonly Span[];
}

/** The variables of a text in the order in which they stand; they never overlap. Time is linear in the text. */
export function variablesIn(text: string, dialect: Dialect): readonly Variable[] {
  if (dialect === 'none') return [];
  if (dialect === 'shell' || dialect === 'make') return dollarVariables(text, dialect);
  if (dialect === 'github-shell') return together(templates(text, patterns.github), text);
  if (dialect === 'circleci-shell') return together(templates(text, patterns.circleci), text);
  if (dialect === 'azure-shell') return together(templates(text, patterns.azure), text);
  return templates(text, patterns[dialect]);
}

/** How long the variable is with which a text begins; 0 where it begins with none. */
export function leadingVariable(text: string, dialect: Dialect): number {
  const pattern =
    dialect === 'none' || dialect === 'shell' || dialect === 'make' ? undefined : leading[dialect];
  const template = pattern?.exec(text)?.[0].length ?? 0;
  if (template > 0 || !text.startsWith('$')) return template;
  const isShell = dialect === 'none' || dialect === 'shell' || dialect.endsWith('-shell');
  return isShell || dialect === 'make'
    ? (dollarVariable(text, 0, dialect === 'make' ? 'make' : 'shell')?.span.end ?? 0)
    : 0;
}

/** Templates are filled in before the shell sees what is left. */
function together(filled: readonly Variable[], text: string): readonly Variable[] {
  const starts = new Set(filled.map(({ span }) => span.start));
  const left = dollarVariables(text, 'shell').filter(({ span }) => !starts.has(span.start));
  if (filled.length === 0) return left;
  let done = 0;
  return [...filled, ...left]
    .toSorted((one, other) => one.span.start - other.span.start)
    .filter(({ span }) => {
      if (span.start < done) return false;
      done = span.end;
      return true;
    });
}

function templates(text: string, pattern: RegExp): readonly Variable[] {
  return Array.from(text.matchAll(pattern), (match): Variable => {
    const written = (match[1] ?? match[2] ?? match[3] ?? '').trim();
    const span = { start: match.index, end: match.index + match[0].length };
    return { span, ...namedBy(written, match.index + match[0].indexOf(written)) };
  });
}

// The length of what stands between the marks is bounded, so that marks that never close cost no more than that.
const patterns: Readonly<
  Record<
    'github' | 'circleci' | 'azure' | 'mustache' | 'dollar-paren' | 'concourse' | 'hcl' | 'source',
    RegExp
  >
> = {
  github: /\$\{\{([^{}]{0,300})\}\}/g,
  circleci: /<<([^<>]{0,200})>>/g,
  azure: /\$\{\{([^{}]{0,300})\}\}|\$\(([^()]{0,200})\)|\$\[([^[\]]{0,200})\]/g,
  mustache: /\{\{([^{}]{0,300})\}\}/g,
  'dollar-paren': /\$\(([^()]{0,200})\)/g,
  concourse: /\(\(([^()]{0,200})\)\)/g,
  hcl: /\$\{([^{}]{0,300})\}/g,
  source: /\$?\{([^{}]{0,300})\}/g,
};

const leading = {
  github: /^\$\{\{[^{}]{0,300}\}\}/,
  'github-shell': /^\$\{\{[^{}]{0,300}\}\}/,
  circleci: /^<<[^<>]{0,200}>>/,
  'circleci-shell': /^<<[^<>]{0,200}>>/,
  azure: /^(?:\$\{\{[^{}]{0,300}\}\}|\$\([^()]{0,200}\)|\$\[[^[\]]{0,200}\])/,
  'azure-shell': /^(?:\$\{\{[^{}]{0,300}\}\}|\$\([^()]{0,200}\)|\$\[[^[\]]{0,200}\])/,
  mustache: /^\{\{[^{}]{0,300}\}\}/,
  'dollar-paren': /^\$\([^()]{0,200}\)/,
  concourse: /^\(\([^()]{0,200}\)\)/,
  hcl: /^\$\{[^{}]{0,300}\}/,
  source: /^\$?\{[^{}]{0,300}\}/,
} as const;

/** An expression names a variable, perhaps with a literal behind `||` or `| default`; any other is computed. */
function namedBy(written: string, offset: number): Omit<Variable, 'span'> {
  const plain = /^-?\s*([A-Za-z_.$][\w.-]*|variables\['[\w.-]+'\]|\w+\["[\w.-]+"\])\s*-?$/.exec(written)?.[1];
  if (plain !== undefined) return { name: tidyName(plain), fallbacks: [] };
  const [, name, gap, value] =
    /^-?\s*([A-Za-z_.$][\w.-]*)(\s*(?:\|\||\|\s*default(?:\s+|\())\s*["'])([^"']*)["']\)?(?:\s*\|\s*quote)?\s*-?$/.exec(
      written,
    ) ?? [];
  if (name === undefined || gap === undefined || value === undefined)
    return { name: '', fallbacks: choices(written, offset) };
  const start = offset + written.indexOf(gap) + gap.length;
  return { name: tidyName(name), fallbacks: [{ start, end: start + value.length }] };
}

/** `a == 'b' && 'one' || 'two'`, `condition ? "one" : "two"`: the literals that can come out. */
function choices(written: string, offset: number): readonly Span[] {
  return Array.from(written.matchAll(/(&&|\|\||\?|:)\s*(["'])([^"']*)\2\s*(?=&&|\|\||:|$)/g), (match) => {
    const end = offset + match.index + match[0].trimEnd().length - 1;
    return { start: end - (match[3] ?? '').length, end };
  });
}

function tidyName(name: string): string {
  return name.replace(/^(\w+)\[["']([\w.-]+)["']\]$/, '$1.$2');
}

/** `$NAME`, `${NAME}`, `${NAME:-value}`; in make also `$(NAME)`, and `$$` is a dollar for the shell. */
function dollarVariables(text: string, dialect: 'shell' | 'make'): readonly Variable[] {
  const found: Variable[] = [];
  for (let at = text.indexOf('$'); at !== -1 && at + 1 < text.length;) {
    const variable = dollarVariable(text, at, dialect);
    if (variable !== undefined) found.push(variable);
    const isDouble = dialect === 'make' && text.startsWith('$$', at);
    at = text.indexOf('$', variable?.span.end ?? at + (isDouble ? 2 : 1));
  }
  return found;
}

// Longer than any name with its default; what does not close within it is no variable.
const bracedCharsMax = 320;

function dollarVariable(text: string, at: number, dialect: 'shell' | 'make'): Variable | undefined {
  const mark = text.charAt(at + 1);
  if (mark === '{' || mark === '(') {
    const end = closing(text, at + 1);
    if (end === -1) return undefined;
    const span = { start: at, end: end + 1 };
    if (mark === '(' && dialect === 'shell') return { span, name: '', fallbacks: [] };
    return { span, ...bracedName(text.slice(at + 2, end), at + 2) };
  }
  const name = /^[A-Za-z_]\w*/.exec(text.slice(at + 1, at + 130))?.[0];
  if (name === undefined) return undefined;
  // In make, a name without brackets is one letter long.
  const used = dialect === 'make' ? name.slice(0, 1) : name;
  return { span: { start: at, end: at + 1 + used.length }, name: used, fallbacks: [] };
}

function bracedName(inside: string, offset: number): Omit<Variable, 'span'> {
  const [whole, name, operator] = /^([A-Za-z_][\w.]*|\d)(:?[-=])?/.exec(inside) ?? [];
  if (whole === undefined || name === undefined) return { name: '', fallbacks: [] };
  if (operator === undefined) {
    // `${NAME:?message}` is the value as well; `${NAME%…}` and functions of make are computed.
    return { name: /^(?::?\?|$)/.test(inside.slice(name.length)) ? name : '', fallbacks: [] };
  }
  return { name, fallbacks: [{ start: offset + whole.length, end: offset + inside.length }] };
}

function closing(text: string, open: number): number {
  const [opens, closes] = text.charAt(open) === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let at = open; at < Math.min(text.length, open + bracedCharsMax); at += 1) {
    const character = text.charAt(at);
    if (character === opens) depth += 1;
    else if (character === closes && (depth -= 1) === 0) return at;
  }
  return -1;
}
