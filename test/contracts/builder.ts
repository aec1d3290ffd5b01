import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { isFailure, type FailureCode } from '../../src/base/failure.ts';
import { limits } from '../../src/base/limits.ts';
import { collectBytes } from '../../src/base/stream.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { parseImageConfig, type ImageConfig, type ImageManifest } from '../../src/model/manifest.ts';
import type { Platform } from '../../src/model/platform.ts';
import type { Builder, BuildRequest } from '../../src/ports/builder.ts';
import type { Layout } from '../../src/ports/layout.ts';
import type { Repository } from '../../src/ports/repository.ts';

/** A builder at work in folders of its own. */
export interface BuilderUnderTest {
  readonly builder: Builder;
  /** What it builds for when it is not told. */
  readonly platform: Platform;
  /** A folder that it may use; empty before and after. */
  readonly temporary: string;
}

/** Undefined: the test is skipped, and the reason is said. */
export type MakeBuilder = (t: TestContext) => Promise<BuilderUnderTest | undefined>;

export interface BuildScene extends BuilderUnderTest {
  readonly layout: Layout;
  readonly lines: readonly string[];
  /** Builds a Dockerfile with this text, in a context that holds busybox. */
  readonly build: (text: string, more?: Partial<BuildRequest>, signal?: AbortSignal) => Promise<BuiltScene>;
  readonly request: (text: string) => Promise<BuildRequest>;
}

export interface BuiltScene {
  readonly digest: Digest;
  readonly platform: Platform;
  readonly builtBy: string;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

export function failsWith(...codes: readonly FailureCode[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isFailure(error, ...codes), `expected ${codes.join(' or ')}, got ${String(error)}`);
    return true;
  };
}

/**
 * What every {@link Builder} promises, whatever builds.
 * @param dockerfile one that builds, from nothing, and copies busybox to `/bin/busybox`
 */
export function builderContract(what: string, make: MakeBuilder, dockerfile = plainDockerfile): void {
  const it = (name: string, work: (scene: BuildScene) => Promise<void>): void => {
    test(`${what}: ${name}`, async (t) => {
      const subject = await make(t);
      if (subject === undefined) return;
      const scene = await setScene(t, subject);
      await work(scene);
      assert.deepEqual(await readdir(subject.temporary), [], 'something was left behind');
    });
  };

  it('what is built lies in the layout, whole, without a name, and says what it is', async (scene) => {
    const { digest, platform, builtBy, config } = await scene.build(dockerfile, {
      labels: { 'org.example.a': 'b = c' },
    });
    assert.deepEqual(platform, scene.platform);
    assert.deepEqual(config.platform, scene.platform);
    assert.notEqual(builtBy, '');
    assert.equal(config.labels['org.example.a'], 'b = c');
    assert.deepEqual(await scene.layout.tags(), []);
    assert.equal((await scene.layout.resolve(digest))?.digest, digest);
  });

  it('built twice is the same image', async (scene) => {
    const once = await scene.build(dockerfile);
    assert.equal((await scene.build(dockerfile)).digest, once.digest);
  });

  it('each line is handed on, without its end', async (scene) => {
    await scene.build(dockerfile);
    assert.ok(scene.lines.some((line) => line.includes('COPY busybox')));
    assert.ok(scene.lines.every((line) => line !== '' && !/[\r\n]/.test(line)));
  });

  it('an image that does not build is a failure that names its Dockerfile, and nothing is in the layout', async (scene) => {
    const request = await scene.request(`${dockerfile}RUN ["/bin/busybox", "false"]\n`);
    await assert.rejects(
      scene.builder.build(request, scene.layout, () => undefined),
      (error) => {
        assert.ok(isFailure(error, 'build-failed'), String(error));
        assert.equal(error.where?.file, request.dockerfile);
        assert.match(error.message, /false/);
        return true;
      },
    );
    await assertEmpty(scene.layout);
  });

  it('a Dockerfile or context that is not there, or is something else, is said before anything is asked', async (scene) => {
    const request = await scene.request(dockerfile);
    const silent = (): never => assert.fail('the engine was asked');
    const missing = join(request.context, 'missing');
    for (const [wrong, code] of [
      [{ dockerfile: missing }, 'path-missing'],
      [{ context: missing }, 'path-missing'],
      [{ context: join(request.dockerfile, 'below') }, 'path-missing'],
      [{ dockerfile: request.context }, 'path-refused'],
      [{ context: request.dockerfile }, 'path-refused'],
    ] as const) {
      await assert.rejects(
        scene.builder.build({ ...request, ...wrong }, scene.layout, silent),
        failsWith(code),
      );
    }
    await assertEmpty(scene.layout);
  });

  it('nothing is begun after an interruption', async (scene) => {
    const request = await scene.request(dockerfile);
    const silent = (): never => assert.fail('the engine was asked');
    await assert.rejects(
      scene.builder.build(request, scene.layout, silent, AbortSignal.abort()),
      failsWith('interrupted'),
    );
    await assertEmpty(scene.layout);
  });
}

/** Builds with every engine, from nothing. */
export const plainDockerfile = 'FROM scratch\nCOPY busybox /bin/busybox\n';

export async function setScene(t: TestContext, subject: BuilderUnderTest): Promise<BuildScene> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-build-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const context = join(folder, 'context of a build');
  await mkdir(context);
  await copyFile('/bin/busybox', join(context, 'busybox'));
  const layout = await diskLayouts.openOrCreate(join(folder, 'layout'));
  const lines: string[] = [];
  let files = 0;
  const request = async (text: string): Promise<BuildRequest> => {
    files += 1;
    const dockerfile = join(folder, `Dockerfile ${files}`);
    await writeFile(dockerfile, text);
    return { dockerfile, context, args: {}, target: undefined, platform: undefined, labels: {} };
  };
  return {
    ...subject,
    layout,
    lines,
    request,
    build: async (text, more, signal) => {
      const wanted = { ...(await request(text)), ...more };
      const built = await subject.builder.build(wanted, layout, (line) => void lines.push(line), signal);
      return { ...built, digest: built.manifest, ...(await readImage(layout, built.manifest)) };
    },
  };
}

/** The image at a digest, with each of its layers unpacked and held against the config. */
async function readImage(
  from: Repository,
  digest: Digest,
): Promise<{ readonly manifest: ImageManifest; readonly config: ImageConfig }> {
  const manifest = await from.manifest(digest);
  assert.ok(manifest.kind === 'manifest');
  const bytes = await collectBytes(from.blob(manifest.config), limits.imageConfigBytesMax, () =>
    assert.fail('too large'),
  );
  const config = parseImageConfig(bytes, manifest.config.digest);
  const diffIds: Digest[] = [];
  for (const layer of manifest.layers) {
    const packed = await collectBytes(from.blob(layer), limits.reportBytesMax, () =>
      assert.fail('too large'),
    );
    diffIds.push(digestOf(gunzipSync(packed)));
  }
  assert.deepEqual(diffIds, config.diffIds);
  return { manifest, config };
}

export async function assertEmpty(layout: Layout): Promise<void> {
  assert.deepEqual(await readdir(layout.path), ['index.json', 'oci-layout'], 'nothing is in the layout');
}
