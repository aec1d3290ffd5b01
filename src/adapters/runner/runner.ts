import { randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { isFailure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import type { Engine } from '../../model/engine.ts';
import { engineComplaint } from '../../ports/engine-command.ts';
import type { ContainerRun, Runner } from '../../ports/runner.ts';
import { Container } from './container.ts';
import { dialects } from './dialect.ts';
import { ImageFacts } from './image-facts.ts';
import { Run } from './run.ts';

export interface RunnerOptions {
  readonly clock: Clock;
}

/** Runs trials in containers of docker or podman, by their programs. */
export function createRunner(engine: Engine, { clock }: RunnerOptions): Runner {
  const dialect = dialects[engine.kind];
  const images = new ImageFacts(engine, dialect);
  return {
    async run(spec, signal) {
      throwIfInterrupted(signal);
      const container = new Container(engine, dialect, spec.name ?? `lockkeeper-${randomUUID()}`);
      const run = new Run({
        engine,
        dialect,
        clock,
        container,
        spec,
        signal,
        probe: images.open(spec.image.id),
      });
      const [result] = await Promise.allSettled([run.toTheEnd()]);
      const left = await remove(container, clock);
      throwIfInterrupted(signal);
      if (result.status === 'rejected') throw result.reason;
      return left === undefined ? result.value : withContainerLeft(result.value, container, left);
    },
  };
}

/** Returns why the container could not be taken away. */
async function remove(container: Container, clock: Clock): Promise<string | undefined> {
  let why = '';
  for (let tries = 0; tries < limits.removalTriesMax; tries += 1) {
    if (tries > 0) await clock.sleep(limits.removalPauseMs);
    try {
      const result = await container.remove();
      if (result.status === 0) return undefined;
      why = engineComplaint(result);
    } catch (error) {
      if (!isFailure(error)) throw error;
      why = error.message;
    }
  }
  return why;
}

/** An engine that does not let go of a container is broken: nothing that it said of it counts. */
function withContainerLeft(run: ContainerRun, { name }: Container, why: string): ContainerRun {
  if (run.end.kind === 'engine-error') return run;
  return { ...run, end: { kind: 'engine-error', message: `container ${name} cannot be removed: ${why}` } };
}
