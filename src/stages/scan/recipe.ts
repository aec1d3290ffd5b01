import type { ShellCommand } from './shell.ts';

/** What a build command says, before its paths are matched with the files of the repository. */
export interface WrittenRecipe {
  readonly names: readonly string[];
  readonly dockerfile: string | undefined;
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target: string | undefined;
}

/** Options of `docker build` and its kin that take no value. */
const flags = new Set([
  '--push',
  '--load',
  '--pull',
  '--no-cache',
  '--rm',
  '--force-rm',
  '-q',
  '--quiet',
  '--squash',
  '--compress',
  '--layers',
  '--debug',
  '-D',
  '--check',
]);

const programs = new Set(['docker', 'podman', 'buildah', 'nerdctl']);

/** Reads `docker build`, `docker buildx build`, `podman build`, `buildah bud` and their spellings; undefined for all else. */
export function readBuildCommand(command: ShellCommand): WrittenRecipe | undefined {
  const words = afterPrefix(command);
  const program = words[0]?.split('/').at(-1) ?? '';
  if (!programs.has(program)) return undefined;
  const verb = words.findIndex((word, index) => index > 0 && (word === 'build' || word === 'bud'));
  const between = words.slice(1, Math.max(1, verb));
  if (
    verb === -1 ||
    between.some((word) => !['buildx', 'image', 'builder'].includes(word) && !word.startsWith('-'))
  )
    return undefined;
  return readOptions(words.slice(verb + 1));
}

/** What stands before the program: `sudo`, `time`, assignments, control words. */
function afterPrefix(command: ShellCommand): ShellCommand {
  const start = command.findIndex(
    (word) => !/^(?:sudo|time|exec|env|then|do|else|if|!|-E|[A-Za-z_]\w*=.*)$/s.test(word),
  );
  return start === -1 ? [] : command.slice(start);
}

function readOptions(words: readonly string[]): WrittenRecipe {
  const names: string[] = [];
  const args: Record<string, string> = {};
  let dockerfile: string | undefined;
  let target: string | undefined;
  let context = '.';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      context = word;
      continue;
    }
    if (flags.has(word)) continue;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const option = equals === -1 ? word : word.slice(0, equals);
    const value = equals === -1 ? (words[(at += 1)] ?? '') : word.slice(equals + 1);
    if (option === '-t' || option === '--tag') names.push(value);
    else if (option === '-f' || option === '--file') dockerfile = value;
    else if (option === '--target') target = value;
    else if (option === '--build-arg' && value.includes('='))
      args[value.slice(0, value.indexOf('='))] = value.slice(value.indexOf('=') + 1);
  }
  return { names, dockerfile, context, args, target };
}

/** Such paths begin where the checkout lies, which each CI system names in its own way. */
export function matchDockerfile(
  written: WrittenRecipe,
  dockerfiles: readonly string[],
): { readonly dockerfile: string; readonly context: string } | undefined {
  const file = tidy(written.dockerfile ?? `${written.context}/Dockerfile`);
  const found = dockerfiles
    .filter((each) => file === each || file.endsWith(`/${each}`))
    .toSorted((left, right) => right.length - left.length)[0];
  if (found === undefined) return undefined;
  const checkout = file.slice(0, file.length - found.length);
  const context = tidy(written.context);
  const inside = `${context}/`.startsWith(checkout) ? context.slice(checkout.length) : context;
  // Standard input, other hosts and unknown variables are no folders of the repository.
  const isKnown = !/^-$|^$|^\/|[$~]/.test(inside) && !written.context.includes('://');
  return { dockerfile: found, context: isKnown ? inside : '.' };
}

function tidy(path: string): string {
  const parts = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/');
}
