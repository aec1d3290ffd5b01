import { Failure } from '../../base/failure.ts';
import type { Engine } from '../../model/engine.ts';
import type { Engines } from '../../ports/engines.ts';
import type { Receivers } from '../../ports/receiver.ts';
import type { Runner } from '../../ports/runner.ts';
import { engineReceiver } from './engine-receiver.ts';

export interface ReceiverTools {
  readonly engines: Engines;
  readonly runnerOf: (engine: Engine) => Runner;
}

/** Finds the receivers of this machine. */
export function findReceivers({ engines, runnerOf }: ReceiverTools): Receivers {
  return {
    async find(place, signal) {
      switch (place.kind) {
        case 'docker':
        case 'podman': {
          const engine = await engines.find(place.kind, signal);
          return [engineReceiver(engine, runnerOf(engine))];
        }
        default:
          throw new Failure('receiver-missing', place.kind);
      }
    },
  };
}
