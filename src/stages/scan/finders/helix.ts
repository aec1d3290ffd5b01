import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

/** `(alias)queue@image`, or a queue alone behind an alias. The image begins behind the first `@`. */
const named = /\(([\w.-]{1,100})\)([\w.-]{1,100})(?:@([\w.:/@-]{1,400}))?/g;
/** `queue@host/repository…` without an alias: what stands before a host cannot be anything else. */
const bare = /(?<![\w.@/-])([A-Za-z][\w-]*(?:\.[\w-]+){2,8})@([\w.-]{1,100}\/[\w.:/@-]{1,400})/g;

/** A queue alone: an operating system, its release, a processor, and perhaps whom it serves. */
const alone =
  /(?<![\w.@/()-])((?:Windows|Ubuntu|Debian|OSX|Fedora|RedHat|Centos|SLES|openSUSE|Alpine|Mariner|AzureLinux|Android)(?:\.[\w-]{1,40}){0,3}\.(?:Amd64|Arm64|Arm32|ArmArch|x64|x86|S390X|PPC64le|RiscV64|Android)(?:\.[\w-]{1,40}){0,4})(?![\w@.-])/gi;

/**
 * Helix queues, `[(alias)]queue[@image]`, joined by `;` or `+`, in YAML, MSBuild and C#. The queue is a machine;
 * what follows its first `@` is the container that runs on it.
 */
export const helix: Finder = {
  find: (source) => ({
    mentions: distinct([
      ...Array.from(source.text.matchAll(named)).flatMap((match) =>
        parts(source, match, { queue: match[2] ?? '', image: match[3] }),
      ),
      ...Array.from(source.text.matchAll(bare)).flatMap((match) =>
        parts(source, match, { queue: match[1] ?? '', image: match[2] }),
      ),
      ...Array.from(source.text.matchAll(alone)).flatMap((match) =>
        parts(source, match, { queue: match[1] ?? '', image: undefined }),
      ),
    ]),
    faults: [],
  }),
};

function parts(
  source: SourceText,
  match: RegExpExecArray,
  { queue, image }: { readonly queue: string; readonly image: string | undefined },
): readonly Mention[] {
  const end = match.index + match[0].length;
  const alias = match[0].startsWith('(') ? (match[1] ?? queue) : queue;
  const owner = `Helix ${alias}`;
  // A call such as `f(x)y` has no dots: queues are named like `Ubuntu.2204.Amd64.Open`.
  if (!/\.\w+\./.test(queue)) return [];
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
