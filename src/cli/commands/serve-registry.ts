import path from 'node:path';
import { runAttached } from '../../base/attached-command.ts';
import { exitStatus, Failure } from '../../base/failure.ts';
import { safeLine } from '../../base/text.ts';
import { parseImageSource } from '../../model/image-source.ts';
import { serveRegistry, type Offer } from '../../flows/serve-registry.ts';
import { serving } from '../../wire/serving.ts';
import type { CommandDefinition, CommandInput, Context } from '../command.ts';
import { imagePlace } from '../image-place.ts';
import { ServedTraffic } from '../print/served-traffic.ts';

// Where a command that runs beside the registry finds it.
const addressVariable = 'LOCKKEEPER_REGISTRY';
const portMax = 65_535;

export const serveRegistryCommand: CommandDefinition = {
  name: 'serve-registry',
  summary: 'Offer images to other tools as a registry on this machine',
  description:
    'Runs a registry by the OCI distribution-spec 1.1 on 127.0.0.1, until Ctrl-C, SIGTERM, or the end of the command that you give it. Without more it keeps what is pushed in a folder of its own and forgets it at the end; --dir keeps it, as OCI layouts that other tools can open. --capture takes a push from any tool into a bundle; the layers of what --thin-against names count as there, so tools do not send them. --serve offers a bundle for pulling, and fetches layers that it leaves out, by digest, from --from and from where its document says, with the logins of your Docker config. The registry asks nobody who they are.',
  arguments: [
    {
      name: 'COMMAND',
      description: `What to run while the registry is there, after \`--\`; it finds the address in ${addressVariable}.`,
      required: false,
      variadic: true,
    },
  ],
  options: [
    {
      long: '--dir',
      value: 'DIR',
      description: 'Keep the images in this folder; made where it does not exist.',
    },
    { long: '--capture', value: 'DIR', description: 'Take what is pushed into the bundle in this folder.' },
    {
      long: '--thin-against',
      value: 'IMAGE',
      description: 'With --capture: leave out the layers of this image of a registry, layout or bundle.',
      repeatable: true,
    },
    {
      long: '--serve',
      value: 'DIR|FILE.tar',
      description: 'Offer this bundle; nothing can be pushed.',
    },
    {
      long: '--from',
      value: 'PLACE',
      description:
        'With --serve: a layout, bundle or archive that may hold what was left out, such as a restored cache.',
      repeatable: true,
    },
    { long: '--port', value: 'N', description: 'Listen on this port; by default on one that is free.' },
    { long: '--listen', value: 'IP', description: 'Listen on this address instead of 127.0.0.1.' },
    {
      long: '--expose',
      description:
        'Allow an address that other machines reach: they can then read, replace and delete everything.',
    },
  ],
  examples: [
    {
      command: 'lockkeeper serve-registry --dir registry --port 5000',
      meaning: 'A registry at 127.0.0.1:5000 until Ctrl-C.',
    },
    {
      command: `lockkeeper serve-registry --capture bundle --thin-against debian:12 -- sh -c 'docker push $${addressVariable}/team/ci:v1'`,
      meaning: 'Push an image into bundle/, without the layers of debian:12.',
    },
    {
      command: 'lockkeeper serve-registry --serve bundle --json',
      meaning: 'Offer bundle/, and print the address as JSON.',
    },
  ],
  exits: [
    '0  it was ended by Ctrl-C or SIGTERM, or the command ended with 0',
    'n  the exit status of the command',
    '2  the address cannot be used',
    '5  a registry cannot be read, or another process works on the folder',
  ],
  run: async (input, context) => {
    const named = offerOf(input, context);
    const [listen, port] = [input.value('--listen') ?? '127.0.0.1', portOf(input.value('--port') ?? '0')];
    const tools = await serving(context.env, context.signal);
    const offer = named ?? { kind: 'registry', folder: await tools.temporaryFolder() };
    const traffic = new ServedTraffic(context);
    const order = { offer, listen, port, isExposed: input.flag('--expose') };
    const status = await serveRegistry(order, tools, {
      observe: (served) => traffic.observe(served),
      work: async ({ host }) => {
        announce(context, offer, host);
        return input.arguments.length === 0
          ? untilInterrupted(context.signal)
          : runBeside(input.arguments, host, context);
      },
    });
    if (!context.quiet) context.stderr.write(`${traffic.summary()}\n`);
    return status;
  },
};

/** Undefined: a registry whose images nobody keeps. */
function offerOf(input: CommandInput, { cwd }: Context): Offer | undefined {
  const [dir, capture, serve] = [input.value('--dir'), input.value('--capture'), input.value('--serve')];
  if ([dir, capture, serve].filter((each) => each !== undefined).length > 1)
    throw new Failure('usage', '--dir, --capture and --serve exclude each other', {
      hint: 'Start one registry for each.',
    });
  const [against, from] = [input.values('--thin-against'), input.values('--from')];
  if (against.length > 0 && capture === undefined)
    throw new Failure('usage', '--thin-against goes with --capture only');
  if (from.length > 0 && serve === undefined) throw new Failure('usage', '--from goes with --serve only');
  if (capture !== undefined)
    return {
      kind: 'capture',
      bundle: path.resolve(cwd, capture),
      thinAgainst: against.map((each) => imagePlace(parseImageSource(each), cwd)),
    };
  if (serve !== undefined)
    return {
      kind: 'serve',
      bundle: path.resolve(cwd, serve),
      from: from.map((each) => path.resolve(cwd, each)),
    };
  return dir === undefined ? undefined : { kind: 'registry', folder: path.resolve(cwd, dir) };
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= portMax) return Number(text);
  throw new Failure('usage', `--port takes a number up to ${portMax}, not ${JSON.stringify(text)}`);
}

/** Once it listens, so that a script that reads this line can push at once. */
function announce({ json, stdout }: Context, offer: Offer, host: string): void {
  const folder = offer.kind === 'registry' ? offer.folder : offer.bundle;
  if (json) {
    stdout.write(`${JSON.stringify({ host, kind: offer.kind, folder }, undefined, 2)}\n`);
    return;
  }
  const what = {
    registry: 'a registry',
    capture: `what is pushed goes into ${folder}`,
    serve: `the images of ${folder}`,
  }[offer.kind];
  stdout.write(`${host}  ${safeLine(what)}\n`);
}

async function untilInterrupted(signal: AbortSignal): Promise<number> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  return exitStatus.yes;
}

function runBeside(words: readonly string[], host: string, context: Context): Promise<number> {
  const [program = '', ...args] = words;
  return runAttached({
    program,
    args,
    env: { ...context.env, [addressVariable]: host },
    cwd: context.cwd,
    output: context.json ? 'stderr' : 'stdout',
    signal: context.signal,
  });
}
