import type { Span } from '../../../base/text-position.ts';
import type { Mention, MentionSyntax } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import { surveyDockerfile } from '../jobs/dockerfile.ts';
import type { SourceText } from '../source-text.ts';
import {
  directivesOf,
  instructionsOf,
  type Instruction,
  type InstructionWord,
} from '../text/instructions.ts';
import { sureOfKey } from '../text/keys.ts';
import { emptyScope, type Scope, type Setting } from '../text/scope.ts';
import { scriptMentions } from '../text/script.ts';
import { spell, type Sureness } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** The mentions of a Dockerfile, or of one that stands within another file ({@link SourceText.only}). */
export function dockerfileMentions(source: SourceText, syntax: MentionSyntax): readonly Mention[] {
  return distinct(new Reader(source, syntax).read());
}

/** Dockerfiles and Containerfiles: `FROM`, `COPY --from`, `RUN --mount=from=`, `# syntax=`, and commands in `RUN`. */
export const dockerfile: Finder = {
  find: (source) => ({ mentions: dockerfileMentions(source, 'dockerfile'), faults: [] }),
  survey: surveyDockerfile,
};

/** Arguments that builders set by themselves; their values are not written anywhere. */
const predefined = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

class Reader {
  readonly #source: SourceText;
  readonly #syntax: MentionSyntax;
  readonly #mentions: Mention[] = [];
  readonly #stages: string[] = [];
  readonly #args = new Map<string, readonly Setting[]>();
  readonly #local = new Map<string, readonly Setting[]>();
  #stageCount = 0;
  #owner = 'FROM';

  constructor(source: SourceText, syntax: MentionSyntax) {
    this.#source = source;
    this.#syntax = syntax;
  }

  read(): readonly Mention[] {
    const directives = directivesOf(this.#source);
    const syntax = directives.get('syntax');
    if (syntax !== undefined) this.#name(syntax.span, '# syntax', this.#global());
    const escape = directives.get('escape')?.text === '`' ? '`' : '\\';
    for (const instruction of instructionsOf(this.#source, escape)) this.#instruction(instruction);
    return this.#mentions;
  }

  #instruction(instruction: Instruction): void {
    switch (instruction.name) {
      case 'ARG':
      case 'ENV':
        this.#declare(instruction);
        break;
      case 'FROM':
        this.#from(instruction);
        break;
      case 'ONBUILD':
        this.#onbuild(instruction);
        break;
      case 'COPY':
      case 'ADD':
        this.#flags(instruction, /^--from=/);
        break;
      case 'RUN':
        this.#mounts(instruction);
        this.#script(instruction.body);
        break;
      default:
    }
  }

  #declare({ name, words }: Instruction): void {
    for (const word of words) {
      const [head, key] = /^([A-Za-z_]\w*)=/.exec(word.text) ?? [];
      if (head === undefined || key === undefined) continue;
      const span = unquoted(this.#source, { start: word.span.start + head.length, end: word.span.end });
      const setting: Setting = { text: this.#source.slice(span), at: { source: this.#source, span } };
      // Only what stands before the first stage can be used in FROM.
      (this.#stageCount === 0 && name === 'ARG' ? this.#args : this.#local).set(key, [setting]);
      if (this.#stageCount > 0 || name === 'ENV') {
        const sure = sureOfKey(key);
        this.#name(span, `${this.#owner} › ${name} ${key}`, this.#inner(), sure);
      }
    }
  }

  #from({ words }: Instruction): void {
    const [image, as, stage] = words.filter(({ text }) => !text.startsWith('--'));
    if (image === undefined) return;
    const named = as?.text.toLowerCase() === 'as' ? stage?.text : undefined;
    this.#owner = named === undefined ? `stage ${this.#stageCount}` : `stage ${named}`;
    if (!this.#isStage(image.text))
      this.#name(unquoted(this.#source, image.span), this.#owner, this.#global());
    if (named !== undefined) this.#stages.push(named.toLowerCase());
    this.#stageCount += 1;
  }

  #onbuild({ words }: Instruction): void {
    if (/^(?:COPY|ADD)$/i.test(words[0]?.text ?? '')) this.#flagged(words, /^--from=/);
  }

  #flags({ words }: Instruction, flag: RegExp): void {
    this.#flagged(words, flag);
  }

  #flagged(words: readonly InstructionWord[], flag: RegExp): void {
    for (const { text, span } of words) {
      const head = flag.exec(text)?.[0];
      if (head === undefined || this.#isStage(text.slice(head.length))) continue;
      const at = { start: span.start + head.length, end: span.end };
      this.#name(unquoted(this.#source, at), `${this.#owner} › COPY --from`, this.#inner());
    }
  }

  /** `--mount=type=bind,from=image,source=…` */
  #mounts({ words }: Instruction): void {
    for (const { text, span } of words) {
      if (!text.startsWith('--')) break;
      if (!text.startsWith('--mount=')) continue;
      const [, before, image] = /^((?:[^,]*,)*?(?:--mount=)?from=)([^,]+)/.exec(text) ?? [];
      if (before === undefined || image === undefined || this.#isStage(image)) continue;
      const start = span.start + before.length;
      this.#name({ start, end: start + image.length }, `${this.#owner} › RUN --mount`, this.#inner());
    }
  }

  #script(span: Span): void {
    const scope = this.#inner();
    // What a here-document hands to RUN is the script itself.
    const [opening] = /^\s*(?:--\S+\s+)*<<-?["']?\w+["']?[ \t]*\r?\n/.exec(
      this.#source.slice(span).slice(0, 1_000),
    ) ?? [''];
    const inner = { start: span.start + opening.length, end: span.end };
    this.#mentions.push(
      ...scriptMentions({
        source: this.#source,
        span: inner,
        syntax: this.#syntax,
        owner: this.#owner,
        scope,
      }),
    );
  }

  #isStage(name: string): boolean {
    return (
      this.#stages.includes(name.toLowerCase()) || (/^\d+$/.test(name) && Number(name) < this.#stageCount)
    );
  }

  #name(span: Span, owner: string, scope: Scope, sure: Sureness = 'image'): void {
    const isTemplate = this.#source.slice(span).includes('{{');
    const found = spell({
      source: this.#source,
      span,
      syntax: this.#syntax,
      owner,
      dialect: isTemplate ? 'mustache' : 'shell',
      scope: isTemplate ? emptyScope : scope,
      sure,
    });
    for (const mention of found) {
      // A stage's name may be put together from arguments.
      const { meaning, text } = mention;
      const name = meaning.kind === 'image' ? meaning.reference.written : text;
      if (!this.#isStage(name)) this.#mentions.push(mention);
    }
  }

  #global(): Scope {
    return { find: (name) => this.#args.get(name) ?? [], why: whyOf };
  }

  /** Within a stage: what the stage sets, and the arguments from before it. */
  #inner(): Scope {
    return { find: (name) => this.#local.get(name) ?? this.#args.get(name) ?? [], why: whyOf };
  }
}

function whyOf(name: string): string {
  return predefined.test(name) ? `the builder sets ${name}` : `the build argument ${name} has no default`;
}

function unquoted(source: SourceText, { start, end }: Span): Span {
  const first = source.text.charAt(start);
  const isQuoted =
    (first === '"' || first === "'") && end - start >= 2 && source.text.charAt(end - 1) === first;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
