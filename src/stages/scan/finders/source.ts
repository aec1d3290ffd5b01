import type { Span } from '../../../base/text-position.ts';
import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { withoutComments } from '../text/comments.ts';
import { isImageKey } from '../text/keys.ts';
import { literalsOf, type Literal } from '../text/literals.ts';
import { commandMentions, scriptMentions } from '../text/script.ts';
import { spell, type Sureness } from '../text/spell.ts';
import { splitCalls } from '../text/split-calls.ts';
import { distinct } from '../yaml/collector.ts';
import { imageLines } from '../yaml/embedded.ts';

/**
 * String literals of source code: full names wherever they stand; short ones behind a key or a variable that is named
 * after images and as arguments of what runs containers; commands of engines, in one text or in a list of words.
 * Comments are left out.
 */
export const sourceCode: Finder = {
  find: (source) => {
    const isHash = /\.(?:py|rb|star|bzl|bazel|jl|r|pl|ex|exs|nix)$|(?:Tilt|Vagrant)file$/i.test(source.path);
    const text = withoutComments(source.text, isHash ? 'hash' : 'slash');
    const literals = literalsOf(text);
    const mentions = literals.flatMap((literal, index): readonly Mention[] => {
      if (engine.test(literal.text))
        return argumentsOf(source, text, literals.slice(index, index + wordsMax));
      if (command.test(literal.text))
        return scriptMentions(
          { source, span: literal.span, syntax: 'source', owner: '' },
          isRun(text, literal) ? 'script' : 'maybe prose',
        );
      return named(source, text, literal);
    });
    return {
      mentions: distinct([...mentions, ...manifestsIn(source), ...splitCalls(source, text)]),
      faults: [],
    };
  },
};

const engine = /^(?:\/usr\/(?:local\/)?bin\/)?(?:docker|podman|nerdctl|skopeo|crane|buildah)$/;
const command =
  /^\s*(?:sudo\s+)?(?:docker|podman|nerdctl|skopeo|crane|buildah|kubectl|k3d|kind|minikube)\s+[a-z-]/;
// Words of a command that are looked at: what names an image stands before them.
const wordsMax = 60;
/** Of what stands before a literal, enough for a key or a call. */
const beforeMax = 80;

/** What a call runs, pulls or builds on: a short name counts, however short. */
const runs =
  /(?:(?<!\w)GenericContainer(?:<[^<>()]{0,30}>)?|DockerImageName\.parse|DockerContainer|containers\.(?:run|create)|images\.pull|docker\.image|[wW]ith_?[iI]mage|\bFromImage)\s{0,9}\(\s{0,9}(?:image\s?=\s?)?$/;
/** The same, where other texts may stand too: a tag or a host is needed. */
const mayRun =
  /(?:\w*Container(?:<[^<>()]{0,30}>)?|\.From|from_|[pP]ull(?:Image)?|\.Run|\.run|[iI]mage(?:Name)?)\s{0,9}\(\s{0,9}(?:ctx,\s?|context\.\w+\(\),\s?|image\s?=\s?)?$/;

/** Manifests in texts of several lines: their images, where a tag or a path tells them from variables. */
function manifestsIn(source: SourceText): readonly Mention[] {
  if (!/^[ \t]*apiVersion:/m.test(source.text)) return [];
  const whole = { start: 0, end: source.text.length };
  return imageLines(source, whole, { syntax: 'source', owner: 'image' }).filter(({ text }) =>
    /[/:]/.test(text),
  );
}

/** Whether a text is handed to what runs it, or kept under a name that says so; a title of a test is not. */
function isRun(text: string, { span }: Literal): boolean {
  const before = text.slice(Math.max(0, span.start - 1 - beforeMax), span.start - 1);
  return runsText.test(before) && !/\b[a-z]\.Run\(\s*$/.test(before);
}

const runsText =
  /(?:run|exec|system|spawn|popen|check_|call|output|sh|shell|cmd|command|script|entrypoint)\w{0,20}["']?\]?\s{0,9}(?::?=|[:(,]|=>)?\s{0,9}[[({]?\s{0,9}(?:[$@]|[fru]{1,2})?"{0,2}$/i;

function named(source: SourceText, text: string, { span }: Literal): readonly Mention[] {
  const before = text.slice(Math.max(0, span.start - 1 - beforeMax), span.start - 1);
  // Jib's `to { image = … }` names what is built.
  if (/\bto\s{0,9}\{\s{0,99}image\s{0,9}=\s{0,9}$/.test(before)) return [];
  const key =
    /([A-Za-z_][\w.-]*)["']?\]?\s{0,9}(?::\s{0,9}[A-Za-z_][\w\s<>[\].]{0,30})?(?:\?|:)?[:=(]\s{0,9}$/.exec(
      before,
    )?.[1] ?? 'literal';
  // A tag in an argument of its own: nothing can be written behind the name.
  if (/^\s{0,20},\s{0,20}tag\s?=/i.test(text.slice(span.end + 1, span.end + 60))) return [];
  const hole = text.slice(span.start, span.end);
  if (composed.test(hole) && (isImageKey(key) || /:[\w.-]{0,100}(?:\$?\{|%)/.test(hole)))
    return spell({ source, span, syntax: 'source', owner: key, dialect: 'source', sure: 'likely' });
  return spell({ source, span, syntax: 'source', owner: key, sure: sureOf(before, key) });
}

/** A full name with parts that the program fills in: `f"host/repo:{tag}"`, `${…}` of JavaScript, `$"…{x}"` of C#. */
const composed =
  /^(?:localhost|(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?\/[\w./:@-]*\$?\{[^{}]{0,200}\}[\w./:@{}$-]*$/;

function sureOf(before: string, key: string): Sureness {
  if (runs.test(before)) return 'name';
  if (mayRun.test(before)) return 'likely';
  const isNamed = isImageKey(key) || /^builder$/.test(key);
  return isNamed && !before.trimEnd().endsWith('(') ? 'likely' : 'full';
}

/** `["docker", "run", "alpine:3"]`, `exec.Command("docker", "run", …)`: literals of which only commas and spaces are between. */
function argumentsOf(source: SourceText, text: string, literals: readonly Literal[]): readonly Mention[] {
  const [first] = literals;
  if (first === undefined) return [];
  const words: { readonly text: string; readonly span: Span; readonly isQuoted: boolean }[] = [];
  let end = first.span.start - 1;
  for (const { text: word, span } of literals) {
    const between = text.slice(end, span.start - 1);
    // Variables among the words count as words; a bracket that closes ends the list.
    if (words.length > 0 && !/^\s*,(?:[^"'`)\]};]{0,200},)?\s*$/.test(between)) break;
    if (/,\s*[^\s,]/.test(between)) words.push({ text: '$x', span, isQuoted: false });
    words.push({ text: word, span, isQuoted: false });
    end = span.end + 1;
  }
  return commandMentions({ source, span: first.span, syntax: 'source', owner: '' }, words);
}
