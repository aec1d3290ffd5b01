import { unreachable } from '../../base/invariant.ts';
import type { ProcessTable } from '../../base/process-table.ts';
import type { Engine } from '../../model/engine.ts';
import type { Engines } from '../../ports/engines.ts';
import type { Receiver, Receivers } from '../../ports/receiver.ts';
import type { Runner } from '../../ports/runner.ts';
import { containerdReceiver } from './containerd-receiver.ts';
import { platformOf } from './containerd-store.ts';
import { localCtr, nodeCtr, type LocalCtrOptions } from './ctr.ts';
import { engineReceiver } from './engine-receiver.ts';
import { findNodes } from './nodes.ts';

export interface ReceiverTools {
  readonly engines: Engines;
  readonly runnerOf: (engine: Engine) => Runner;
  readonly containerd: LocalCtrOptions;
  readonly processes: ProcessTable;
}

/** Finds the receivers of this machine. */
export function findReceivers({ engines, runnerOf, containerd, processes }: ReceiverTools): Receivers {
  return {
    async find(place, signal) {
      switch (place.kind) {
        case 'docker':
        case 'podman': {
          const engine = await engines.find(place.kind, signal);
          return [engineReceiver(engine, { runner: runnerOf(engine), processes })];
        }
        case 'containerd': {
          const ctr = localCtr(containerd);
          return [containerdReceiver(ctr, await platformOf(ctr, signal))];
        }
        case 'kind':
        case 'k3d': {
          const [first, ...others] = await findNodes(engines, place, signal);
          // The kernel of a node is that of its engine. One that does not answer is found out when it is asked to.
          const receiverOf = ({ engine, container }: typeof first): Receiver =>
            containerdReceiver(nodeCtr(engine, container), engine.platform);
          return [receiverOf(first), ...others.map(receiverOf)];
        }
        default:
          return unreachable(place);
      }
    },
  };
}
