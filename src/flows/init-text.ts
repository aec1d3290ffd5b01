import { safeClip } from '../base/text.ts';
import type { ProposedImage } from './init-images.ts';
import type { ProposedSuite } from './init-suites.ts';

/** What `init` found worth writing down. */
export interface Proposal {
  readonly images: readonly ProposedImage[];
  readonly suites: readonly ProposedSuite[];
  /** Names of the suites that guard an image, by its name; none: all do. */
  readonly guards: ReadonlyMap<string, readonly string[]>;
}

/** lockkeeper.yaml with comments, as a person would write it. */
export function configText({ images, suites, guards }: Proposal): string {
  const isChosen = [...guards.values()].some((names) => names.length > 0);
  return [
    '# Which images are gated, and by which tests. Written by `lockkeeper init`: look it through, then commit it.',
    '# `lockkeeper doctor` checks it; docs/reference/config.md describes every key.',
    'version: 1',
    '',
    'images:',
    ...images.flatMap((image, index) => [
      ...(index === 0 ? [] : ['']),
      ...imageLines(image, guards.get(image.name) ?? [], isChosen && suites.length > 1),
    ]),
    '',
    'suites:',
    ...suites.flatMap((suite, index) => [...(index === 0 ? [] : ['']), ...suiteLines(suite)]),
    '',
    '# gate:',
    '#   screen: 3      # runs of each suite a side: 1 is quick, 3 also sees what fails now and then',
    '#   memory: 4g     # of one trial',
    '#   cpus: 2        # of one trial; all of the machine’s where it is left out',
    '',
  ].join('\n');
}

function imageLines(image: ProposedImage, guards: readonly string[], several: boolean): readonly string[] {
  return [
    `  ${scalar(image.name)}:`,
    ...image.comments.map((comment) => `    ${commentLine(comment)}`),
    `    baseline: ${scalar(image.baseline)}`,
    ...(image.origin.kind === 'ready'
      ? [`    image: ${scalar(image.origin.image)}`]
      : buildLines(image.origin)),
    ...suiteChoice(image, guards, several),
  ];
}

function suiteChoice(
  { jobs }: ProposedImage,
  guards: readonly string[],
  several: boolean,
): readonly string[] {
  if (guards.length > 0) return [`    suites: [${guards.map(scalar).join(', ')}]`];
  return several && jobs.length === 0
    ? ['    # No job runs in it, so that all suites guard it; choose those that fit with `suites: […]`.']
    : [];
}

function buildLines({
  dockerfile,
  context,
  args,
  target,
  openArgs,
}: Extract<ProposedImage['origin'], { kind: 'build' }>): readonly string[] {
  const known = Object.entries(args);
  return [
    '    build:',
    `      dockerfile: ${scalar(dockerfile)}`,
    `      context: ${scalar(context)}`,
    ...(known.length === 0
      ? []
      : ['      args:', ...known.map(([name, value]) => `        ${scalar(name)}: ${scalar(value)}`)]),
    ...(openArgs.length === 0
      ? []
      : [
          `      ${commentLine('Without a default in the Dockerfile; give those that it needs:')}`,
          ...(known.length === 0 ? ['      # args:'] : []),
          ...openArgs.map((name) => `      ${commentLine(`  ${name}: ""`)}`),
        ]),
    ...(target === undefined ? [] : [`      target: ${scalar(target)}`]),
  ];
}

function suiteLines(suite: ProposedSuite): readonly string[] {
  const { results } = suite;
  const env = Object.entries(suite.env);
  return [
    `  ${scalar(suite.name)}:`,
    ...suite.comments.map((comment) => `    ${commentLine(comment)}`),
    ...commandLines(suite.command),
    ...(suite.mount === undefined ? [] : [`    mount: ${scalar(suite.mount)}`]),
    ...(suite.user === undefined ? [] : [`    user: ${scalar(suite.user)}`]),
    ...(env.length === 0
      ? []
      : ['    env:', ...env.map(([name, value]) => `      ${scalar(name)}: ${scalar(value)}`)]),
    ...(results.format === 'exit-status'
      ? [`    ${commentLine(`Only success or failure is seen: ${results.why}.`)}`]
      : []),
    `    results: ${resultsText(results)}`,
    ...(suite.network === 'none' ? [] : ['    network: default']),
  ];
}

function resultsText(results: ProposedSuite['results']): string {
  switch (results.format) {
    case 'exit-status':
      return '{ format: exit-status }';
    case 'junit':
      return `{ format: junit, files: ${scalar(results.files)} }`;
    default:
      return `{ format: ${results.format}, stdout: true }`;
  }
}

/** Several lines stand as a block, which needs no escapes; what a block cannot hold is quoted. */
function commandLines(command: string): readonly string[] {
  const isBlock =
    command.includes('\n') &&
    !/^\s|[^\S\n ]|[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(command) &&
    command.isWellFormed();
  if (!isBlock) return [`    command: ${scalar(command)}`];
  return ['    command: |-', ...command.split('\n').map((line) => (line === '' ? '' : `      ${line}`))];
}

/** Plain where every YAML reader takes it for the same text, else in double quotes. */
function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z./][\w ./@+~^,=-]*(?::[\w./@+~=-]+)*$/.test(text) &&
    !/ $|^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  const isFlowSafe = !text.includes(',');
  if (isPlain && isFlowSafe) return text;
  // JSON's escapes are YAML's; the others would be taken for line breaks.
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** Text from the repository stays on its line. */
function commentLine(text: string): string {
  return `# ${safeClip(text, 160)}`;
}
