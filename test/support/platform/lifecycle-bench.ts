import { createLoader } from '../../../src/adapters/loader/loader.ts';
import { MemoryLayout } from '../../../src/adapters/registry/memory.ts';
import { createRunner } from '../../../src/adapters/runner/runner.ts';
import { systemClock } from '../../../src/base/system-clock.ts';
import { streamOf } from '../../../src/base/stream.ts';
import type { BuilderFacts } from '../../../src/model/builder-facts.ts';
import type { Engine } from '../../../src/model/engine.ts';
import { parseReference } from '../../../src/model/reference.ts';
import type { ContainerSpec, Runner, SourceFile } from '../../../src/ports/runner.ts';
import type { LifecycleOrder } from '../../../src/stages/build/lifecycle/spec.ts';
import type { TestImage } from '../images.ts';
import { stubBuilder, stubRunImage, stubRunName, type StubBuilder } from './stub-platform.ts';

/** A stub platform in an engine, ready for a build. */
export interface LifecycleBench {
  readonly runner: Runner;
  readonly builder: TestImage;
  readonly runImage: TestImage;
  readonly facts: BuilderFacts;
  /** All that a container needs beside an image and a command. */
  readonly plain: Omit<ContainerSpec, 'image' | 'command'>;
  order(app: Readonly<Record<string, string>>, more?: Partial<LifecycleOrder>): LifecycleOrder;
}

export async function lifecycleBench(engine: Engine, options: StubBuilder): Promise<LifecycleBench> {
  const [builder, runImage] = await Promise.all([stubBuilder(options), stubRunImage()]);
  const loaded = await createLoader(engine).load(builder.repository, builder.manifest.digest);
  return {
    runner: createRunner(engine, { clock: systemClock }),
    builder,
    runImage,
    facts: noFacts,
    plain,
    order: (app, more = {}) => ({
      builder: loaded,
      facts: noFacts,
      runImage: {
        repository: runImage.repository,
        manifest: runImage.manifest,
        reference: parseReference(stubRunName),
      },
      before: [],
      after: [],
      injected: () => streamOf([]),
      app: () => streamOf(Object.entries(app).map(([path, text]) => appFile(path, text))),
      env: {},
      platformApi: '0.14',
      network: 'none',
      limits: plain.limits,
      ...more,
    }),
  };
}

const plain: LifecycleBench['plain'] = {
  env: {},
  workdir: '/',
  user: undefined,
  network: 'none',
  source: undefined,
  results: { kind: 'nothing' },
  limits: { timeoutMs: 60_000, memoryBytes: 512 * 1024 ** 2, cpus: 2, pids: 256, diskBytes: 1024 ** 3 },
};

const noFacts: BuilderFacts = { buildpacks: [], order: [], runImages: [], lifecycle: undefined };

export function appFile(path: string, text: string): SourceFile {
  const bytes = Buffer.from(text);
  return { kind: 'file', path, executable: false, size: bytes.length, bytes: () => streamOf([bytes]) };
}

/** A place for what is built, with the layers of the run image in it, as a bundle has them. */
export async function bundleWith({ repository, manifest }: TestImage): Promise<MemoryLayout> {
  const into = new MemoryLayout('memory/built');
  for (const layer of manifest.layers) await into.putBlob(layer, () => repository.blob(layer));
  return into;
}
