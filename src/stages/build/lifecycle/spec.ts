import type { BuilderFacts } from '../../../model/builder-facts.ts';
import type { Reference } from '../../../model/reference.ts';
import type { LoadedImage } from '../../../ports/loader.ts';
import type { CollectedPlace, ContainerLimits, ContainerSpec, SourceFile } from '../../../ports/runner.ts';
import { layoutPlace, lifecycleName } from './layout-place.ts';
import { orderFile, type PlacedBuildpack } from './order.ts';
import { plainFile, runImageFiles, type RunImage } from './run-image-files.ts';

/** All that a run of a lifecycle depends on; everything is by digest. */
export interface LifecycleOrder {
  readonly builder: LoadedImage;
  readonly facts: BuilderFacts;
  /** Undefined: there is none to be had, so only detection and build can run. */
  readonly runImage: (RunImage & { readonly reference: Reference }) | undefined;
  readonly before: readonly PlacedBuildpack[];
  readonly after: readonly PlacedBuildpack[];
  /** Files of buildpacks that the builder lacks, below `cnb/buildpacks`. */
  readonly injected: () => AsyncIterable<SourceFile>;
  /** The application, relative to its root. */
  readonly app: () => AsyncIterable<SourceFile>;
  /** What the person and the platform set for the build. */
  readonly env: Readonly<Record<string, string>>;
  readonly platformApi: string;
  readonly network: 'none' | 'default';
  readonly limits: ContainerLimits;
}

/** The name under which the result is exported, which nobody else can have (RFC 2606). */
export const exportedReference: Reference = {
  registry: 'lockkeeper.invalid',
  repository: 'candidate',
  tag: 'latest',
  written: 'lockkeeper.invalid/candidate:latest',
};

/** Engines hand on each stream by itself, and whose error it was is told by the lines before it. */
const inOneStream = ['sh', '-c', 'exec "$0" "$@" 2>&1'] as const;

/** What is handed in and taken out, beside the folders of the specification. */
const exchange = '/lockkeeper';
export const exportFolder = `${exchange}/layout`;
const orderPath = `${exchange}/order.toml`;

/** `creator`: everything from detection to the exported image (platform spec, "creator"). */
export function creatorSpec(order: LifecycleOrder, results: CollectedPlace): ContainerSpec {
  const runName = order.runImage === undefined ? [] : ['-run-image', lifecycleName(order.runImage.reference)];
  return {
    ...sharedSpec(order, results),
    command: {
      kind: 'argv',
      argv: [
        ...inOneStream,
        '/cnb/lifecycle/creator',
        ...['-log-level', 'debug', '-skip-restore', '-layout', '-layout-dir', exportFolder],
        ...runName,
        ...orderFlag(order),
        lifecycleName(exportedReference),
      ],
    },
  };
}

/** Detection and build alone, for lifecycles that export to no layout. */
export function phasesSpec(order: LifecycleOrder): ContainerSpec {
  const detector = ['/cnb/lifecycle/detector', '-log-level', 'debug', ...orderFlag(order)].join(' ');
  const line = `exec 2>&1; echo '===> DETECTING'; ${detector} || exit $?; echo '===> BUILDING'; exec /cnb/lifecycle/builder -log-level debug`;
  return { ...sharedSpec(order, { kind: 'nothing' }), command: { kind: 'shell', line } };
}

function sharedSpec(order: LifecycleOrder, results: CollectedPlace): Omit<ContainerSpec, 'command'> {
  const { builder, env, network, limits, platformApi } = order;
  return {
    image: builder,
    env: { CNB_PLATFORM_API: platformApi, CNB_EXPERIMENTAL_MODE: 'warn' },
    workdir: '/',
    user: undefined,
    network,
    limits,
    source: { mount: '/', files: () => files(order, env) },
    results,
  };
}

function orderFlag({ facts, before, after }: LifecycleOrder): readonly string[] {
  return orderFile(facts, before, after) === undefined ? [] : ['-order', orderPath];
}

async function* files(
  order: LifecycleOrder,
  env: Readonly<Record<string, string>>,
): AsyncGenerator<SourceFile> {
  const { facts, before, after, runImage } = order;
  // So that the folders are there, and belong to the user of the build.
  yield plainFile('layers/project-metadata.toml', '');
  yield plainFile(`${exchange.slice(1)}/empty`, '');
  yield plainFile(`${exportFolder.slice(1)}/empty`, '');
  const text = orderFile(facts, before, after);
  if (text !== undefined) yield plainFile(orderPath.slice(1), text);
  for (const [name, value] of Object.entries(env)) yield plainFile(`platform/env/${name}`, value);
  if (runImage !== undefined)
    yield* runImageFiles(runImage, `${exportFolder.slice(1)}/${layoutPlace(runImage.reference)}`);
  yield* order.injected();
  for await (const file of order.app()) yield { ...file, path: `workspace/${file.path}` };
}
