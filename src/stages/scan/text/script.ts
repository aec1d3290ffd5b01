import type { Mention } from '../../../model/mention.ts';
import type { SourceText } from '../source-text.ts';
import { scopes, type Scope, type Setting } from './scope.ts';
import { sureOfArgument } from './keys.ts';
import { assignedIn, withoutQuotes } from './shell-assigned.ts';
import { builtNames, imagesOfCommand } from './shell-images.ts';
import { shellLines, type ShellLine } from './shell-words.ts';
import { spell, type Spelling } from './spell.ts';

/** A shell script, or a line of one, within a file. */
export type Script = Omit<Spelling, 'sure'>;

/**
 * The images that the commands of a script use, and those that it writes into variables which are named after them. What
 * reads like a script and may be prose, such as a test's title, is asked for more than a bare word.
 */
export function scriptMentions(script: Script, kind: Kind = 'script'): readonly Mention[] {
  const { source, span, dialect = 'shell' } = script;
  if (!worthReading.test(source.slice(span))) return [];
  return linesMentions(script, shellLines(source.text, span, dialect), { depth: 0, kind });
}

type Kind = 'script' | 'maybe prose';

interface Reading {
  /** How many quotes are around. */
  readonly depth: number;
  readonly kind: Kind;
}

/** The images that one command uses, whose words stand apart in the file. */
export function commandMentions(script: Script, line: ShellLine): readonly Mention[] {
  return linesMentions(script, [line], { depth: quotedDepthMax, kind: 'script' });
}

/** Without one of these no command names an image. */
const worthReading =
  /docker|podman|nerdctl|buildah|crane|skopeo|k3d|kind|minikube|kubectl|regctl|cosign|oras|trivy|grype|syft|\bctr\b|crictl|\bpack\b|singularity|apptainer|finch|\boc\b|dive|image/i;

const says = /^@?(?:echo|printf|die|log|info|warn|error|Write-Host|Write-Output|cat|usage|#.*)$/;
/** Where a CI system reads what an `echo` says: variables of the steps that follow. */
const isKept = /GITHUB_(?:ENV|OUTPUT)|BASH_ENV/;
const quotedDepthMax = 3;

/** Programs that run what a quoted word of theirs says. */
const runsWords =
  /^(?:(?:ba|da|z|k|c|fi|a)?sh|eval|ssh|su|script|watch|parallel|docker|podman|kubectl|vagrant|pwsh|powershell|cmd|iex|Invoke-Expression)$/;

function isRunBy(line: ShellLine): boolean {
  return line.some(({ text }) => runsWords.test(text.split('/').at(-1) ?? '') || /^-\w*c$/.test(text));
}

function linesMentions(
  script: Script,
  lines: readonly ShellLine[],
  { depth, kind }: Reading,
): readonly Mention[] {
  const { source, syntax, dialect = 'shell' } = script;
  const scope = scopes(assignments(source, lines), ...(script.scope === undefined ? [] : [script.scope]));
  const owner = (text: string): string => [script.owner, text].filter((each) => each !== '').join(' › ');
  const own = new Set(lines.flatMap(builtNames));
  return lines.flatMap((line) => {
    if (says.test(line[0]?.text ?? '') && !line.some(({ text }) => isKept.test(text))) return [];
    const named = imagesOfCommand(line).flatMap(({ command, word, skip, sure }) => {
      // What the script itself builds under this name is not taken from anywhere.
      if (own.has(word.text.slice(skip))) return [];
      const span = { start: word.span.start + skip, end: word.span.end };
      return spell({
        source,
        span: withoutQuotes(source, span),
        syntax,
        owner: owner(command),
        dialect,
        scope,
        sure: kind === 'maybe prose' && sure === 'name' ? 'likely' : sure,
      });
    });
    const set = assignedImages(script, line, { scope, owner });
    const inner =
      depth >= quotedDepthMax
        ? []
        : line
            .filter(({ text, isQuoted }) => isQuoted && /\s/.test(text) && worthReading.test(text))
            .flatMap(({ span }) =>
              linesMentions(script, shellLines(source.text, span, dialect), {
                depth: depth + 1,
                kind: isRunBy(line) ? 'script' : 'maybe prose',
              }),
            );
    return [...named, ...set, ...inner];
  });
}

/** `IMAGE=debian:12`, `export CI_IMAGE="…"`, `images=(…)`: where the name says that it holds images, short names count. */
function assignedImages(
  { source, syntax, dialect = 'shell' }: Script,
  line: ShellLine,
  { scope, owner }: { readonly scope: Scope; readonly owner: (text: string) => string },
): readonly Mention[] {
  return assignedIn(source, line).flatMap(({ name, values }) =>
    values.flatMap((value) => {
      const span = withoutQuotes(source, value);
      return spell({ source, span, syntax, owner: owner(name), dialect, scope, sure: sureOfArgument(name) });
    }),
  );
}

// More values for one variable than people write; each is a mention wherever the variable is used.
const valuesMax = 64;

function assignments(source: SourceText, lines: readonly ShellLine[]): Scope {
  const settings = new Map<string, Setting[]>();
  for (const { name, values } of lines.flatMap((line) => assignedIn(source, line))) {
    const known = settings.get(name) ?? [];
    for (const value of values) {
      const span = withoutQuotes(source, value);
      const text = source.slice(span);
      // A variable that is set in terms of itself would never end.
      const isOwn = text.includes(`$${name}`) || text.includes(`\${${name}`);
      if (text !== '' && !isOwn && known.length < valuesMax) known.push({ text, at: { source, span } });
    }
    settings.set(name, known);
  }
  return { find: (name) => settings.get(name) ?? [], why: (name) => `${name} is set nowhere in this script` };
}
