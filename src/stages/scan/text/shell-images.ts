import { sureOfArgument } from './keys.ts';
import { operands } from './shell-operands.ts';
import type { ShellLine, ShellWord } from './shell-words.ts';
import type { Sureness } from './spell.ts';

/** A word, or a part of it, that names an image to a program. */
export interface NamedImage {
  /** `docker run` */
  readonly command: string;
  readonly word: ShellWord;
  /** How many characters of the word come before the name. */
  readonly skip: number;
  readonly sure: Sureness;
}

/** The images that a command uses. Names that it gives to what it builds, and where it pushes to, are none. */
export function imagesOfCommand(line: ShellLine): readonly NamedImage[] {
  const words = withoutPrefix(line);
  const program = nameOf(words[0]);
  const read = programs.get(program) ?? (engineVariable.test(program) ? engineImages : otherImages);
  return read(program, words.slice(1));
}

/** The names that a build gives to what it makes: `-t`, `--tag`. */
export function builtNames(line: ShellLine): readonly string[] {
  const words = withoutPrefix(line);
  const isBuild = words.slice(1, 4).some(({ text }) => /^(?:build|bud|b)$/.test(text));
  if (!isBuild || (!programs.has(nameOf(words[0])) && !engineVariable.test(nameOf(words[0])))) return [];
  return words.flatMap(({ text }, index) => {
    if (/^(?:-t|--tag)$/.test(words[index - 1]?.text ?? '')) return [text];
    const joined = /^(?:--tag=|-t=?)(?=.)/.exec(text)?.[0];
    return joined === undefined ? [] : [text.slice(joined.length)];
  });
}

/** What stands before the program: control words, `sudo`, assignments, flags of make recipes and of PowerShell. */
function withoutPrefix(line: ShellLine): ShellLine {
  const prefix =
    /^(?:sudo|time|exec|env|command|nohup|then|do|else|if|elif|while|until|!|-\w|[@+-]*|\{|retry|timeout|xargs|\d+[smh]?|[A-Za-z_]\w*\+?=.*|set|run|RUN|travis_retry|travis_wait|--?\w[\w-]*=?\S*)$/s;
  let start = 0;
  // A first word with a dash is a command of make whose failure counts for nothing.
  while (start < line.length && start < 12 && prefix.test(line[start]?.text ?? '')) {
    if (start === 0 && /^-[a-z]{3}/.test(line[start]?.text ?? '')) break;
    start += 1;
  }
  return line.slice(start);
}

function nameOf(word: ShellWord | undefined): string {
  return (
    (word?.text ?? '')
      .replace(/^[@+-]+/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.exe$/, '') ?? ''
  );
}

/** `$(CONTAINER_ENGINE) run`, `${DOCKER:-docker} pull`. */
const engineVariable = /^\$[({]?\w*(?:docker|podman|engine|container|runtime)\w*(?::?[-=?][\w/ -]*)?[)}]?$/i;

type Reader = (program: string, words: ShellLine) => readonly NamedImage[];

const programs: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['docker', 'podman', 'nerdctl', 'buildah', 'finch'].map((name) => [name, engineImages] as const),
  ...['crane', 'gcrane', 'krane', 'regctl', 'cosign', 'oras'].map((name) => [name, registryImages] as const),
  ...['grype', 'syft', 'dive'].map((name) => [name, operandImages] as const),
  ...['toolbox', 'distrobox'].map((name) => [name, boxImages] as const),
  ['act', actImages],
  ['skopeo', skopeoImages],
  [
    'trivy',
    (program, words) =>
      words.some(({ text }) => text === 'image' || text === 'i') ? registryImages(program, words) : [],
  ],
  ['k3d', clusterImages],
  ['kind', clusterImages],
  ['minikube', clusterImages],
  ['ctr', (program, words) => registryImages(program, words)],
  ['crictl', (program, words) => registryImages(program, words)],
  ['kubectl', kubectlImages],
  ['oc', kubectlImages],
  ['pack', packImages],
  ['singularity', transportImages],
  ['apptainer', transportImages],
]);

/** Options of `run`, `create` and `pull` that take no value; all others do. */
const runFlags =
  /^(?:-[ditqPT]+|--(?:rm|init|privileged|detach|interactive|tty|publish-all|read-only|no-healthcheck|quiet|replace|all-tags|oom-kill-disable|no-hosts|rmi|systemd|all|disable-content-trust|sig-proxy|tls-verify|use-api-socket|no-hostname|http-proxy|passwd|help|debug|load))$/;
const globalWithValue =
  /^(?:-H|--host|-l|--log-level|-c|--context|--config|--connection|--url|--namespace|-n|--root|--storage-driver)$/;

function engineImages(program: string, words: ShellLine): readonly NamedImage[] {
  let at = 0;
  while (words[at]?.text.startsWith('-') === true) at += globalWithValue.test(words[at]?.text ?? '') ? 2 : 1;
  if (['image', 'container', 'buildx', 'manifest', 'builder', 'imagetools'].includes(words[at]?.text ?? ''))
    at += 1;
  if (words[at]?.text === 'imagetools') at += 1;
  const verb = words[at]?.text ?? '';
  // It runs in a container that is there already.
  if (program === 'buildah' && verb === 'run') return [];
  const rest = words.slice(at + 1);
  const command = `${program} ${verb}`;
  switch (verb) {
    case 'run':
    case 'create':
    case 'pull':
    case 'from':
      return operands(rest, runFlags, 1).map((word) => named(command, word));
    case 'service':
      return rest[0]?.text === 'create'
        ? operands(rest.slice(1), runFlags, 1).map((word) => named(command, word))
        : otherImages(program, rest);
    case 'scout':
      return operands(rest.slice(1), runFlags, 2).map((word) => named(command, word, 'likely'));
    case 'tag':
      return operands(rest, runFlags, 1).map((word) => named(command, word, 'likely'));
    case 'save':
    case 'inspect':
    case 'history':
    case 'sbom':
      return operands(rest, runFlags, 50).map((word) => named(command, word, 'likely'));
    case 'build':
    case 'bud':
    case 'bake':
      return buildImages(command, rest);
    default:
      return [];
  }
}

/** What a build takes from elsewhere; the names that it gives (`-t`) are its own. */
function buildImages(command: string, words: ShellLine): readonly NamedImage[] {
  return words.flatMap((word, index): readonly NamedImage[] => {
    const before = words[index - 1]?.text ?? '';
    const option = /^(--(?:build-arg|build-context|cache-from|from))=/.exec(word.text)?.[1];
    const asked = option ?? before;
    const skip = option === undefined ? 0 : option.length + 1;
    const value = word.text.slice(skip);
    if (asked === '--from') return [{ command, word, skip, sure: 'name' }];
    if (asked === '--build-arg') {
      const equals = value.indexOf('=');
      if (equals === -1) return [];
      return [{ command, word, skip: skip + equals + 1, sure: sureOfArgument(value.slice(0, equals)) }];
    }
    if (asked === '--build-context') {
      const at = value.indexOf('=docker-image://');
      return at === -1 ? [] : [{ command, word, skip: skip + at + 1, sure: 'name' }];
    }
    if (asked === '--cache-from') {
      const ref = /(?:^|,)ref=/.exec(value);
      if (ref === null && value.includes('=')) return [];
      const start = ref === null ? 0 : ref.index + ref[0].length;
      // More may follow behind the reference.
      return value.slice(start).includes(',') ? [] : [{ command, word, skip: skip + start, sure: 'likely' }];
    }
    return [];
  });
}

/** Words of registry tools that name images: they have a tag, a digest or a host. */
function registryImages(program: string, words: ShellLine): readonly NamedImage[] {
  const verb = words.find(({ text }) => !text.startsWith('-'));
  if (
    verb === undefined ||
    /^(?:push|login|auth|attach|catalog|ls|repo|version|completion|copy-to)$/.test(verb.text)
  )
    return [];
  const command = `${program} ${verb.text}`;
  const names = operands(
    words.slice(words.indexOf(verb) + 1),
    /^-\w$|^--(?:insecure|quiet|force|all-tags|no-clobber|list|json|verbose|raw|keyless|recursive)$/,
    2,
  );
  // Of a copy, the first is what is used.
  const used = /^(?:cp|copy|tag|mutate|append|rebase)$/.test(verb.text) ? names.slice(0, 1) : names;
  return used.map((word) => named(command, word, 'likely'));
}

function skopeoImages(program: string, words: ShellLine): readonly NamedImage[] {
  const verb = words.find(({ text }) => !text.startsWith('-'))?.text ?? '';
  const sources = words.filter(({ text }) => text.startsWith('docker://'));
  const used =
    verb === 'copy'
      ? sources.slice(0, 1).filter((word) => word === words.find(({ text }) => /^[a-z-]+:/.test(text)))
      : sources;
  return used.map((word) => {
    return { ...named(`${program} ${verb}`, word), skip: 'docker://'.length };
  });
}

/** `k3d image import A B -c cluster`, `kind load docker-image A`, and the image of a node. */
function clusterImages(program: string, words: ShellLine): readonly NamedImage[] {
  const nodes = words.flatMap((word, index): readonly NamedImage[] => {
    if (
      ['--image', '-i', '--base-image', '--node-image'].includes(words[index - 1]?.text ?? '') &&
      words.some(({ text }) => text === 'create' || text === 'start')
    )
      return [named(`${program} ${words[0]?.text ?? ''}`, word)];
    const joined = /^--(?:base-|node-)?image=/.exec(word.text)?.[0];
    return joined === undefined
      ? []
      : [{ command: `${program} ${words[0]?.text ?? ''}`, word, skip: joined.length, sure: 'name' }];
  });
  const at = words.findIndex(({ text }) => ['import', 'docker-image', 'load'].includes(text));
  const isLoad = words.some(({ text }) => ['image', 'images', 'docker-image'].includes(text));
  const last = words.findLastIndex(({ text }) => ['import', 'docker-image', 'load'].includes(text));
  if (at === -1 || !isLoad) return nodes;
  const command = `${program} ${words
    .slice(0, last + 1)
    .map(({ text }) => text)
    .join(' ')}`;
  return [
    ...nodes,
    ...operands(words.slice(last + 1), /^--(?:keep-tools|trace|verbose|keep-tarball|daemon)$/, 50).map(
      (word) => named(command, word),
    ),
  ];
}

/** The image of a tool whose one operand it is. */
function operandImages(program: string, words: ShellLine): readonly NamedImage[] {
  return operands(words, /^-\w+$|^--(?:quiet|verbose|ci|only-fixed|squash)$/, 2).map((word) =>
    named(program, word, 'likely'),
  );
}

function boxImages(program: string, words: ShellLine): readonly NamedImage[] {
  const short = words.filter((_, index) => words[index - 1]?.text === '-i');
  return [...short.map((word) => named(program, word, 'likely')), ...otherImages(program, words)];
}

/** `act -P ubuntu-latest=image` */
function actImages(program: string, words: ShellLine): readonly NamedImage[] {
  return words.flatMap((word, index): readonly NamedImage[] => {
    const equals = word.text.indexOf('=');
    const isPlatform = /^(?:-P|--platform)$/.test(words[index - 1]?.text ?? '');
    return isPlatform && equals !== -1
      ? [{ command: program, word, skip: equals + 1, sure: 'likely' as const }]
      : [];
  });
}

/** Of a program that we know nothing of, the options that name an image. */
function otherImages(program: string, words: ShellLine): readonly NamedImage[] {
  return words.flatMap((word, index): readonly NamedImage[] => {
    const joined = /^--?(?:[a-z-]+-)?image=/.exec(word.text)?.[0];
    if (joined !== undefined) return [{ command: program, word, skip: joined.length, sure: 'likely' }];
    const isAsked = /^--(?:[a-z-]+-)?image$/.test(words[index - 1]?.text ?? '');
    return isAsked ? [named(program, word, 'likely')] : [];
  });
}

function kubectlImages(program: string, words: ShellLine): readonly NamedImage[] {
  if (program === 'oc' && words[0]?.text === 'new-app')
    return operands(words.slice(1), runFlags, 1).map((word) => named('oc new-app', word, 'likely'));
  const isSet = words.some(({ text }) => text === 'set') && words.some(({ text }) => text === 'image');
  return words.flatMap((word, index): readonly NamedImage[] => {
    const joined = /^--image=/.exec(word.text)?.[0];
    if (joined !== undefined) return [{ command: `${program} run`, word, skip: joined.length, sure: 'name' }];
    if (words[index - 1]?.text === '--image') return [named(`${program} run`, word)];
    const container = isSet ? /^[\w*.-]+=(?=.)/.exec(word.text)?.[0] : undefined;
    return container === undefined
      ? []
      : [{ command: `${program} set image`, word, skip: container.length, sure: 'likely' }];
  });
}

function packImages(program: string, words: ShellLine): readonly NamedImage[] {
  return words.flatMap((word, index): readonly NamedImage[] => {
    const joined = /^--(?:builder|run-image|lifecycle-image|buildpack)=/.exec(word.text)?.[0];
    if (joined !== undefined)
      return [{ command: `${program} build`, word, skip: joined.length, sure: 'likely' }];
    const asked = /^(?:--builder|-B|--run-image|--lifecycle-image)$/.test(words[index - 1]?.text ?? '');
    return asked ? [named(`${program} build`, word)] : [];
  });
}

function transportImages(program: string, words: ShellLine): readonly NamedImage[] {
  return words
    .filter(({ text }) => text.startsWith('docker://'))
    .map((word) => named(`${program} ${words[0]?.text ?? ''}`, word));
}

function named(command: string, word: ShellWord, sure: Sureness = 'name'): NamedImage {
  return { command, word, skip: 0, sure };
}
