import type { Span } from '../../../base/text-position.ts';
import type { Dockerfile } from '../../../model/survey.ts';
import type { Mention } from '../../../model/mention.ts';
import type { RepoText } from '../repo-text.ts';
import { expand } from '../shell.ts';

export function isDockerfile(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  if (/\.dockerignore$/i.test(name)) return false;
  return (
    /^(?:Dockerfile|Containerfile)(?:\..+)?$/.test(name) ||
    /.\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/.test(name)
  );
}

/** Arguments that builders set by themselves. */
const predefined =
  /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|SOURCE_DATE_EPOCH|BUILDKIT_.*)$/i;

/** Reads the stages of a Dockerfile, the images that they begin with, and the arguments that it asks for. */
export function readDockerfile(source: RepoText): Dockerfile {
  const stages: string[] = [];
  const bases: Mention[] = [];
  const defaults: Record<string, string> = {};
  const declared = new Map<string, boolean>();
  let stageCount = 0;
  for (const instruction of instructions(source.text)) {
    if (instruction.name === 'ARG') {
      for (const word of instruction.rest.split(/\s+/))
        declareArg(word, stageCount === 0, defaults, declared);
    }
    if (instruction.name !== 'FROM') continue;
    const from = readFrom(instruction);
    if (from === undefined) continue;
    const isStage =
      stages.includes(from.image.toLowerCase()) ||
      (/^\d+$/.test(from.image) && Number(from.image) < stageCount);
    if (from.image !== 'scratch' && !isStage)
      bases.push(baseMention(source, from.span, from.image, defaults));
    if (from.stage !== undefined) stages.push(from.stage.toLowerCase());
    stageCount += 1;
  }
  const openArgs = [...declared]
    .filter(([name, open]) => open && !predefined.test(name))
    .map(([name]) => name);
  return { file: source.path, stages, bases, openArgs };
}

function declareArg(
  word: string,
  isGlobal: boolean,
  defaults: Record<string, string>,
  declared: Map<string, boolean>,
): void {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === undefined) return;
  const given = value?.replace(/^(["'])(.*)\1$/s, '$2');
  if (isGlobal && given !== undefined) defaults[name] = expand(given, defaults);
  // Declared once more within a stage, it keeps the default from before.
  declared.set(name, given === undefined && declared.get(name) !== false);
}

function baseMention(
  source: RepoText,
  span: Span,
  image: string,
  defaults: Readonly<Record<string, string>>,
): Mention {
  const name = expand(image, defaults);
  const open = /\$\{?([A-Za-z_]\w*)/.exec(name)?.[1];
  return source.mention(
    'dockerfile-from',
    span,
    open === undefined ? name : { unresolved: `the build argument ${open} has no default` },
  );
}

interface Instruction {
  readonly name: string;
  readonly rest: string;
  /** Where `rest` begins. */
  readonly start: number;
}

function readFrom({
  rest,
  start,
}: Instruction):
  | { readonly image: string; readonly stage: string | undefined; readonly span: Span }
  | undefined {
  const [, before, image, stage] = /^((?:--\S+\s+)*)(\S+)(?:\s+[Aa][Ss]\s+(\S+))?/.exec(rest) ?? [];
  if (before === undefined || image === undefined) return undefined;
  const at = start + before.length;
  return { image, stage, span: { start: at, end: at + image.length } };
}

/** Instructions with their first line's arguments; continuation lines are joined, heredocs and comments left out. */
function* instructions(text: string): Generator<Instruction> {
  const lines = /([^\n]*)(?:\n|$)/y;
  let heredocs: string[] = [];
  let open: { name: string; rest: string; start: number } | undefined;
  for (let at = 0; at < text.length; at = lines.lastIndex) {
    lines.lastIndex = at;
    const line = (lines.exec(text)?.[1] ?? '').replace(/\r$/, '');
    if (heredocs.length > 0) {
      if (line.replace(/^\t+/, '') === heredocs[0]) heredocs = heredocs.slice(1);
      continue;
    }
    if (/^\s*(?:#|$)/.test(line)) continue;
    const continues = /[\\`]\s*$/.test(line);
    const body = line.replace(/[\\`]\s*$/, ' ');
    if (open === undefined) {
      const [, indent = '', name = '', gap = '', rest = ''] = /^(\s*)([A-Za-z]+)(\s*)(.*)$/s.exec(body) ?? [];
      open = { name: name.toUpperCase(), rest, start: at + indent.length + name.length + gap.length };
    } else {
      open.rest += body;
    }
    if (continues) continue;
    if (open.name === 'RUN' || open.name === 'COPY' || open.name === 'ADD') heredocs = heredocsOf(open.rest);
    yield open;
    open = undefined;
  }
  if (open !== undefined) yield open;
}

function heredocsOf(rest: string): string[] {
  return Array.from(rest.matchAll(/<<-?\s*(["']?)([A-Za-z_]\w*)\1/g), ([, , word = '']) => word);
}
