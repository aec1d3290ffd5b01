import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { ProcessTable } from '../../base/process-table.ts';
import { streamOf } from '../../base/stream.ts';
import { visibleLine } from '../../base/text.ts';
import type { Identity } from '../../model/delivery.ts';
import { isDigest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { noopProgram } from '../../model/noop-program.ts';
import { formatPlatform } from '../../model/platform.ts';
import { formatReference, type Reference } from '../../model/reference.ts';
import type { TrialEnd } from '../../model/trial.ts';
import { askEngine, engineComplaint } from '../../ports/engine-command.ts';
import type { Arrival, Receiver, Shipment } from '../../ports/receiver.ts';
import type { ContainerSource, Runner } from '../../ports/runner.ts';
import { findHeldImage } from './held-image.ts';
import { createLoader } from './loader.ts';
import { noopContainerName, removeLeftNoops } from './noop-container.ts';

export interface EngineTools {
  readonly runner: Runner;
  readonly processes: ProcessTable;
}

/** The store of docker or podman: what loads images for trials loads them here, and what runs trials runs the no-op. */
export function engineReceiver(engine: Engine, tools: EngineTools): Receiver {
  const loader = createLoader(engine);
  return {
    name: engine.kind,
    platform: engine.platform,
    lacks: ({ from, manifest }, signal) => loader.lacks(from, manifest.digest, signal),
    async load({ from, manifest }, signal) {
      const { id, fresh, sent } = await loader.load(from, manifest.digest, signal, { thin: true });
      return { id, fresh, sent };
    },
    start: (image, arrival, signal) => startNoop({ engine, ...tools, image, arrival, signal }),
    give: (image, arrival, name) => give(engine, { image, arrival, name }),
    async withdraw({ id, fresh }) {
      // One that has a name by now, or a container, stays: without --force the engine sees to that.
      if (fresh) await askEngine(engine, ['image', 'rm', id]);
    },
  };
}

interface Start extends EngineTools {
  readonly engine: Engine;
  readonly image: Shipment;
  readonly arrival: Arrival;
  readonly signal: AbortSignal | undefined;
}

// A no-op needs next to nothing, but the engine's own part of a container counts as well.
const noopLimits = {
  timeoutMs: limits.noopTimeoutMs,
  memoryBytes: 256 * 1024 ** 2,
  cpus: 1,
  pids: 64,
  diskBytes: 16 * 1024 ** 2,
};
const noopName = '.lockkeeper-noop';

async function startNoop({ engine, runner, processes, image, arrival, signal }: Start): Promise<void> {
  const program = noopProgram(image.platform);
  if (program === undefined) {
    throw new Failure(
      'platform-unsupported',
      `${engine.kind} cannot be shown to start ${arrival.id}: there is no no-op for ${formatPlatform(image.platform)}`,
    );
  }
  const sweeping = removeLeftNoops(engine, processes);
  const running = runner.run(
    {
      name: noopContainerName(processes),
      image: { id: arrival.id, manifest: image.manifest.digest, fresh: false, sent: [] },
      // It is put into the container, so an image without a shell starts as well as any.
      command: { kind: 'argv', argv: [`/${noopName}`] },
      env: {},
      workdir: '/',
      user: undefined,
      network: 'none',
      limits: noopLimits,
      source: sourceOf(program),
      results: { kind: 'nothing' },
    },
    signal,
  );
  await Promise.allSettled([sweeping, running]);
  await sweeping;
  const { end } = await running;
  if (end.kind === 'exited' && end.status === 0) return;
  throw new Failure(
    end.kind === 'engine-error' ? 'engine-refused' : 'image-unloadable',
    `${engine.kind} does not start a container from ${arrival.id}: ${wordsOf(end)}`,
    { hint: 'The name was not moved.' },
  );
}

function sourceOf(program: Uint8Array): ContainerSource {
  const file = { kind: 'file', path: noopName, executable: true, size: program.length } as const;
  return { mount: '/', files: () => streamOf([{ ...file, bytes: () => streamOf([program]) }]) };
}

function wordsOf(end: TrialEnd): string {
  if ('message' in end) return visibleLine(end.message);
  return end.kind === 'exited' ? `a no-op ended with status ${end.status}` : `a no-op ${end.kind}`;
}

interface Naming {
  readonly image: Shipment;
  readonly arrival: Arrival;
  readonly name: Reference;
}

async function give(engine: Engine, { image, arrival, name }: Naming): Promise<Identity> {
  const { manifest } = image;
  const written = formatReference(name);
  const tagged = await askEngine(engine, ['image', 'tag', arrival.id, written]);
  if (tagged.status !== 0) {
    throw new Failure(
      'image-unloadable',
      `${engine.kind} does not call ${arrival.id} ${written}: ${engineComplaint(tagged)}`,
    );
  }
  const held = await findHeldImage(engine, written, undefined);
  if (held?.id !== arrival.id) throw elsewhere(engine, { image, arrival, name }, held?.id);
  if (engine.kind === 'docker' && engine.store === 'classic')
    return { kind: 'config', digest: manifest.config.digest, diffIds: held.diffIds.filter(isDigest) };
  // Podman's id is the config's digest, but it remembers the manifest that it read.
  const known = engine.kind === 'podman' ? held.manifest : held.id;
  if (known !== manifest.digest) throw elsewhere(engine, { image, arrival, name }, known);
  return { kind: 'manifest', digest: manifest.digest };
}

function elsewhere(engine: Engine, { arrival, name }: Naming, found: string | undefined): Failure {
  return new Failure(
    'image-unloadable',
    `in ${engine.kind}, ${formatReference(name)} stands for ${found ?? 'nothing'} and not for ${arrival.id}`,
    { hint: 'Somebody else moves this name, or the engine does not do what it says; load it again.' },
  );
}
