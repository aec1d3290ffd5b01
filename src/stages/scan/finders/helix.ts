import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { withoutComments, withoutXmlComments } from '../text/comments.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** `(alias)queue@image`, or a queue alone behind an alias. The image begins behind the first `@`. */
const named = /(?<![$@%\w.)])\(([\w.-]{1,100})\)([\w.-]{1,100})(?:@([\w.:/@-]{1,400}))?/g;
/** `queue@host/repository…` without an alias: what stands before a host cannot be anything else. */
const bare = /(?<![\w.@/-])([A-Za-z][\w-]*(?:\.[\w-]+){2,8})@([\w.-]{1,100}\/[\w.:/@-]{1,400})/g;

const system =
  '(?:Windows|Ubuntu|Debian|Raspbian|OSX|macOS|Fedora|RedHat|RHEL|Centos|AlmaLinux|Rocky|SLES|openSUSE|Alpine|Mariner|AzureLinux|Android)';
const processor = '(?:Amd64|Arm64|Arm32|Armv6|ArmArch|x64|x86|S390X|PPC64le|RiscV64|LoongArch64|Android)';
/** A queue alone: an operating system, its release, a processor, and perhaps whom it serves. */
const queueName = `${system}(?:\\.[\\w-]{1,40}){0,3}\\.${processor}(?:\\.[\\w-]{1,40}){0,4}`;
const isQueue = new RegExp(`^${queueName}$`, 'i');
const alone = new RegExp(`(?<![\\w.@/()-])(${queueName})(?![\\w@.-])`, 'gi');

/**
 * Helix queues, `[(alias)]queue[@image]`, joined by `;` or `+`, in YAML, MSBuild and C#. The queue is a machine;
 * what follows its first `@` is the container that runs on it.
 */
export const helix: Finder = {
  find: (source) => {
    const text = withoutItsComments(source);
    const all = (pattern: RegExp): readonly RegExpExecArray[] => Array.from(text.matchAll(pattern));
    return {
      mentions: distinct([
        ...all(named).flatMap((match) => parts(source, match, { queue: match[2] ?? '', image: match[3] })),
        ...all(bare).flatMap((match) => parts(source, match, { queue: match[1] ?? '', image: match[2] })),
        ...all(alone).flatMap((match) => parts(source, match, { queue: match[1] ?? '', image: undefined })),
      ]),
      faults: [],
    };
  },
};

function withoutItsComments({ path, text }: SourceText): string {
  if (/\.ya?ml$/i.test(path)) return withoutComments(text, 'hash');
  return /\.[cf]s$/i.test(path) ? withoutComments(text, 'slash') : withoutXmlComments(text);
}

function parts(
  source: SourceText,
  match: RegExpExecArray,
  { queue, image }: { readonly queue: string; readonly image: string | undefined },
): readonly Mention[] {
  const end = match.index + match[0].length;
  const alias = match[0].startsWith('(') ? (match[1] ?? queue) : queue;
  const owner = `Helix ${alias}`;
  // A call such as `f(x)y` has no dots: queues are named like `Ubuntu.2204.Amd64.Open`.
  if (!/\.\w+\./.test(queue) || (image === undefined && !isQueue.test(queue))) return [];
  if (image === undefined) {
    const span = { start: end - queue.length, end };
    return spell({ source, span, syntax: 'helix', owner, sure: 'vm' });
  }
  const start = end - image.length;
  const machine = { start: start - 1 - queue.length, end: start - 1 };
  return [
    ...spell({ source, span: machine, syntax: 'helix', owner, sure: 'vm' }),
    ...spell({ source, span: { start, end }, syntax: 'helix', owner, sure: 'image' }),
  ];
}
