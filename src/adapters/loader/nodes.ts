import { Failure } from '../../base/failure.ts';
import { jsonOf, textAt, valueAt } from '../../base/json-path.ts';
import type { ReceiverPlace } from '../../model/delivery.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine, engineComplaint } from '../../ports/engine-command.ts';
import type { Engines } from '../../ports/engines.ts';

export type ClusterPlace = Extract<ReceiverPlace, { readonly kind: 'kind' | 'k3d' }>;

/** A container that a cluster runs pods in. */
export interface ClusterNode {
  readonly engine: Engine;
  readonly container: string;
}

/** The labels by which kind and k3d know their own containers, and the roles of those that run pods. */
const tools = {
  kind: {
    cluster: 'io.x-k8s.kind.cluster',
    role: 'io.x-k8s.kind.role',
    // Not `external-load-balancer`, nor `external-etcd`.
    roles: ['control-plane', 'worker'],
    create: 'kind create cluster',
  },
  k3d: {
    cluster: 'k3d.cluster',
    role: 'k3d.role',
    // Not `loadbalancer`, `registry`, nor `noRole`, which is what its helpers have.
    roles: ['server', 'agent'],
    create: 'k3d cluster create',
  },
} as const;

/**
 * All nodes of a cluster, in docker or podman, running or not: one that stands still would miss the image.
 * @throws Failure `receiver-missing`, `usage` (several clusters), `engine-*`
 */
export async function findNodes(
  engines: Engines,
  { kind, cluster: wanted }: ClusterPlace,
  signal: AbortSignal | undefined,
): Promise<readonly [ClusterNode, ...ClusterNode[]]> {
  const found: LabelledNode[] = [];
  for (const examined of await engines.examine(signal)) {
    if (examined.state === 'works') found.push(...(await nodesIn(examined.engine, kind, signal)));
  }
  const clusters = [...new Set(found.map(({ cluster }) => cluster))].toSorted();
  const cluster = wanted ?? clusters[0];
  if (wanted === undefined && clusters.length > 1) {
    throw new Failure('usage', `there are several ${kind} clusters: ${clusters.join(', ')}`, {
      hint: 'Say which with --cluster NAME.',
    });
  }
  const [first, ...others] = found.filter((node) => node.cluster === cluster);
  if (first !== undefined) return [first, ...others];
  const { create } = tools[kind];
  throw new Failure(
    'receiver-missing',
    wanted === undefined
      ? `there is no ${kind} cluster here`
      : `there is no ${kind} cluster called ${wanted}`,
    { hint: clusters.length === 0 ? `Make one with \`${create}\`.` : `There are ${clusters.join(', ')}.` },
  );
}

interface LabelledNode extends ClusterNode {
  readonly cluster: string;
}

async function nodesIn(
  engine: Engine,
  kind: ClusterPlace['kind'],
  signal: AbortSignal | undefined,
): Promise<readonly LabelledNode[]> {
  const { cluster, role, roles } = tools[kind];
  const listing = ['ps', '--all', '--no-trunc', '--quiet', '--filter', `label=${cluster}`];
  const listed = await ask(engine, listing, signal);
  const ids = listed.split('\n').filter((line) => line !== '');
  const nodes: LabelledNode[] = [];
  for (const id of ids) {
    const answer = jsonOf(await ask(engine, ['container', 'inspect', id], signal));
    const labels = valueAt(answer, 0, 'Config', 'Labels');
    const name = textAt(answer, 0, 'Name')?.replace(/^\//, '');
    const [of, as] = [textAt(labels, cluster), textAt(labels, role)];
    if (name !== undefined && of !== undefined && roles.some((each) => each === as))
      nodes.push({ engine, container: name, cluster: of });
  }
  return nodes.toSorted((left, right) => (left.container < right.container ? -1 : 1));
}

async function ask(
  engine: Engine,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const result = await askEngine(engine, args, { signal });
  if (result.status === 0) return result.stdout;
  throw new Failure(
    'engine-refused',
    `${engine.kind} does not list its containers: ${engineComplaint(result)}`,
  );
}
