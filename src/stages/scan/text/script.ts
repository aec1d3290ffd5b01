import type { Span } from '../../../base/text-position.ts';
import type { Mention, MentionSyntax } from '../../../model/mention.ts';
import type { SourceText } from '../source-text.ts';
import type { Dialect } from './pieces.ts';
import { scopes, type Scope, type Setting } from './scope.ts';
import { imagesOfCommand } from './shell-images.ts';
import { shellLines, type ShellLine, type ShellWord } from './shell-words.ts';
import { spell } from './spell.ts';

/** A shell script, or a line of one, within a file. */
export interface Script {
  readonly source: SourceText;
  readonly span: Span;
  readonly syntax: MentionSyntax;
  readonly owner: string;
  readonly dialect?: Dialect;
  readonly scope?: Scope;
}

/** The images that the commands of a script use, and those that it writes into variables which are named after them. */
export function scriptMentions(script: Script): readonly Mention[] {
  const { source, span, dialect = 'shell' } = script;
  if (!worthReading.test(source.slice(span))) return [];
  return linesMentions(script, shellLines(source.text, span, dialect), 0);
}

/** The images that one command uses, whose words stand apart in the file. */
export function commandMentions(script: Script, line: ShellLine): readonly Mention[] {
  return linesMentions(script, [line], quotedDepthMax);
}

/** Without one of these no command names an image. */
const worthReading =
  /docker|podman|nerdctl|buildah|crane|skopeo|k3d|kind|minikube|kubectl|regctl|cosign|oras|trivy|grype|syft|\bctr\b|crictl|\bpack\b|singularity|apptainer|finch|\boc\b|dive|image/i;

const says = /^@?(?:echo|printf|die|log|info|warn|error|Write-Host|Write-Output|cat|usage|#.*)$/;
const quotedDepthMax = 3;

function linesMentions(script: Script, lines: readonly ShellLine[], depth: number): readonly Mention[] {
  const { source, syntax, dialect = 'shell' } = script;
  const scope = scopes(assignments(source, lines), ...(script.scope === undefined ? [] : [script.scope]));
  const owner = (text: string): string => [script.owner, text].filter((each) => each !== '').join(' › ');
  return lines.flatMap((line) => {
    if (says.test(line[0]?.text ?? '')) return [];
    const named = imagesOfCommand(line).flatMap(({ command, word, skip, sure }) => {
      const span = { start: word.span.start + skip, end: word.span.end };
      return spell({
        source,
        span: unquoted(source, span),
        syntax,
        owner: owner(command),
        dialect,
        scope,
        sure,
      });
    });
    const set = line.flatMap((word) => assignedImage(script, word, scope, owner));
    const inner =
      depth >= quotedDepthMax
        ? []
        : line
            .filter(({ text, isQuoted }) => isQuoted && /\s/.test(text) && worthReading.test(text))
            .flatMap(({ span }) => linesMentions(script, shellLines(source.text, span, dialect), depth + 1));
    return [...named, ...set, ...inner];
  });
}

/** `IMAGE=debian:12`, `export CI_IMAGE="…"`, `: "${IMAGE:=debian:12}"`. */
function assignedImage(
  { source, syntax, dialect = 'shell' }: Script,
  word: ShellWord,
  scope: Scope,
  owner: (text: string) => string,
): readonly Mention[] {
  const [whole, name = ''] = /^(?:\$\{)?([A-Za-z_]\w*)(?::?[-=])/.exec(word.text) ?? [];
  if (whole === undefined || (!word.text.startsWith('${') && !whole.endsWith('='))) return [];
  const end = word.text.startsWith('${') ? word.span.end - 1 : word.span.end;
  const span = unquoted(source, { start: word.span.start + whole.length, end });
  const sure = /image|container/i.test(name) ? 'likely' : 'full';
  return spell({ source, span, syntax, owner: owner(name), dialect, scope, sure });
}

function assignments(source: SourceText, lines: readonly ShellLine[]): Scope {
  const settings = new Map<string, Setting[]>();
  for (const line of lines) {
    for (const { text, span } of line) {
      const [whole, name] = /^([A-Za-z_]\w*)=/.exec(text) ?? [];
      if (whole === undefined || name === undefined) continue;
      const value = unquoted(source, { start: span.start + whole.length, end: span.end });
      const known = settings.get(name) ?? [];
      // A variable that is set in terms of itself would never end.
      if (
        value.end > value.start &&
        !source.slice(value).includes(`$${name}`) &&
        !source.slice(value).includes(`\${${name}`)
      )
        settings.set(
          name,
          [...known, { text: source.slice(value), at: { source, span: value } }].slice(0, 8),
        );
    }
  }
  return { find: (name) => settings.get(name) ?? [], why: (name) => `${name} is set nowhere in this script` };
}

function unquoted(source: SourceText, { start, end }: Span): Span {
  const first = source.text.charAt(start);
  const isQuoted =
    (first === '"' || first === "'") && end - start >= 2 && source.text.charAt(end - 1) === first;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
