import path from 'node:path';
import { exitStatus, Failure, type ExitStatus } from '../../base/failure.ts';
import { unreachable } from '../../base/invariant.ts';
import { sizeText } from '../../base/quantity.ts';
import { formatTable } from '../../base/table.ts';
import { plural, safeLine } from '../../base/text.ts';
import { loadIntoRegistry, type LoadRegistryOrder } from '../../flows/load-registry.ts';
import { loadBundle } from '../../flows/load.ts';
import type { Watching } from '../../flows/tools.ts';
import {
  receiverKinds,
  type Identity,
  type Reception,
  type ReceiverKind,
  type ReceiverPlace,
} from '../../model/delivery.ts';
import { shortDigest } from '../../model/digest.ts';
import { receiverTools } from '../../wire/receivers.ts';
import type { CommandDefinition, CommandInput, Context } from '../command.ts';
import { failureDocument, formatFailure } from '../print/failure.ts';
import { watchProgress } from '../print/progress.ts';

export const loadCommand: CommandDefinition = {
  name: 'load',
  summary: 'Hand the images of a bundle to an engine, cluster or registry',
  description:
    'Asks the receiver what it has, sends only the rest, and proves that what it holds then is what the bundle holds: by digest, with all layers there, and with a container that starts. Only then does the name move. A thin bundle needs a receiver that has the base; where it lacks something, nothing is changed. Into a registry goes the whole index with its evidence, with the login of your Docker config and without a verdict: what people build on is moved by `promote`. Run again after a crash, it ends in the same state.',
  arguments: [
    { name: 'BUNDLE', description: 'Folder or archive of the bundle.', required: true },
    {
      name: 'IMAGE',
      description: 'Images of the bundle; all of them where none is named.',
      required: false,
      variadic: true,
    },
  ],
  options: [
    { long: '--into', value: 'RECEIVER', description: 'Where to.', required: true, choices: receiverKinds },
    {
      long: '--as',
      value: 'NAME',
      description:
        'What to call the image there, instead of its name in the bundle; with several images `IMAGE=NAME`.',
      repeatable: true,
    },
    {
      long: '--cluster',
      value: 'NAME',
      description: 'Which kind or k3d cluster; needed only where there are several.',
    },
  ],
  examples: [
    {
      command: 'lockkeeper load bundle --into docker',
      meaning: 'All images of bundle/ into docker, under the names that they have in the bundle.',
    },
    {
      command: 'lockkeeper load bundle ci --into k3d --cluster test --as ci:candidate',
      meaning: 'One image onto every node of a k3d cluster, for pods with `imagePullPolicy: Never`.',
    },
  ],
  exits: [
    '0  every receiver holds every image, by proof',
    '2  there is no such bundle, image or receiver, or a receiver lacks what a thin bundle leaves out',
    '5  a receiver does not answer',
    '6  a receiver did not take an image as it is',
  ],
  run: async (input, context) => {
    const into = placeOf(input);
    const [bundleName = '', ...images] = input.arguments;
    const bundle = path.resolve(context.cwd, bundleName);
    const order = { bundle, bundleName, images, as: input.values('--as') };
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    const receptions = await progress.during(async () =>
      into.kind === 'registry'
        ? intoRegistry(order, context, watching)
        : loadBundle({ ...order, into }, await receiverTools(context.env), watching),
    );
    const [only, ...others] = receptions;
    if (only?.state === 'failed' && others.length === 0) throw only.failure;
    return show(receptions, context);
  },
};

/** The only receiver that needs a login; the way to one is not even loaded for the others. */
async function intoRegistry(
  order: LoadRegistryOrder,
  context: Context,
  watching: Watching,
): Promise<readonly Reception[]> {
  const { connected } = await import('../../wire/connected.ts');
  return loadIntoRegistry(order, await connected(context.env, context.signal), watching);
}

function placeOf(input: CommandInput): ReceiverPlace | { readonly kind: 'registry' } {
  const kind = receiverKinds.find((each) => each === input.value('--into'));
  const cluster = input.value('--cluster');
  switch (kind) {
    case 'kind':
    case 'k3d':
      return { kind, cluster };
    case 'docker':
    case 'podman':
    case 'containerd':
      if (cluster !== undefined) throw noCluster(kind);
      return { kind };
    case 'registry':
    case undefined:
      if (cluster !== undefined) throw noCluster('registry');
      return { kind: 'registry' };
    default:
      return unreachable(kind);
  }
}

function noCluster(kind: ReceiverKind): Failure {
  return new Failure('usage', `--cluster goes with --into kind or k3d, not with ${kind}`);
}

/** Where one of several nodes fails, the others are shown beside it. */
function show(receptions: readonly Reception[], context: Context): ExitStatus {
  const failures = receptions.flatMap((each) => (each.state === 'failed' ? [each.failure] : []));
  if (context.json) {
    const document = receptions.map((each) =>
      each.state === 'failed' ? { ...each, failure: failureDocument(each.failure) } : each,
    );
    context.stdout.write(`${JSON.stringify({ receivers: document }, undefined, 2)}\n`);
  } else {
    context.stdout.write(
      `${[...tableOf(receptions, context.stdout.columns), ...notesOf(receptions)].join('\n')}\n`,
    );
  }
  for (const failure of failures) {
    const { colour, columns } = context.stderr;
    context.stderr.write(formatFailure(failure, { colour, columns }));
  }
  return failures[0]?.exit ?? exitStatus.yes;
}

function tableOf(receptions: readonly Reception[], columns: number): readonly string[] {
  const rows = receptions.flatMap(({ receiver, state, deliveries }) => [
    ...deliveries.map(({ name, identity, layers }) => [
      safeLine(receiver),
      safeLine(name),
      identityText(identity),
      `${plural(layers.sent, 'layer')}, ${sizeText(layers.sentBytes)}`,
    ]),
    ...(state === 'failed' ? [[safeLine(receiver), '(failed)', '', '']] : []),
  ]);
  return formatTable(
    [{ shrinks: 'middle' }, { shrinks: 'middle' }, {}, {}],
    [['receiver', 'name', 'holds', 'sent'], ...rows],
    columns,
  );
}

/** Where less than the bundle's own digest was proven, the person is told. */
function notesOf(receptions: readonly Reception[]): readonly string[] {
  const byConfig = receptions.some(({ deliveries }) =>
    deliveries.some(({ identity }) => identity.kind === 'config'),
  );
  if (!byConfig) return [];
  return [
    '',
    'This store keeps no manifests: what was proven is the digest of the config, and the',
    'diff id of every layer that it names.',
  ];
}

function identityText(identity: Identity): string {
  switch (identity.kind) {
    case 'manifest':
      return shortDigest(identity.digest);
    case 'config':
      return `config ${shortDigest(identity.digest)}`;
    default:
      return unreachable(identity);
  }
}
