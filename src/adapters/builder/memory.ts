import { readFile } from 'node:fs/promises';
import { canonicalJson } from '../../base/canonical-json.ts';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { writeTar } from '../../base/tar-write.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestOf } from '../../model/digest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { formatPlatform, type Platform } from '../../model/platform.ts';
import type { Builder } from '../../ports/builder.ts';
import type { Layout } from '../../ports/layout.ts';
import { gzip } from './gzip.ts';
import { ociManifest } from './oci-manifest.ts';
import { checkPlaces } from './places.ts';

/**
 * Builds without an engine: for tests and dry runs. The image holds its Dockerfile and nothing else, arguments become
 * its environment, and a `RUN` of the program `false` fails. The same request gives the same image.
 */
export function memoryBuilder(own: Platform = { os: 'linux', architecture: 'amd64' }): Builder {
  return {
    async build(request, into, onLine, signal) {
      throwIfInterrupted(signal);
      await checkPlaces(request);
      const platform = request.platform ?? own;
      const text = await textOf(request.dockerfile);
      for (const line of text.split('\n').filter((each) => each !== '')) {
        onLine(line);
        if (/^RUN\b.*\bfalse\b/.test(line)) throw stepFailed(request.dockerfile, line);
      }
      const layer = await layerOf(text);
      const document = {
        ...platform,
        config: {
          Env: Object.entries(request.args).map(([name, value]) => `${name}=${value}`),
          Labels: request.labels,
        },
        rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      };
      const layers = [await put(into, await packed(layer), mediaTypes.ociLayerGzip)];
      const manifest = ociManifest(
        await put(into, Buffer.from(canonicalJson(document)), mediaTypes.ociConfig),
        layers,
      );
      await into.putManifest(manifest);
      return { manifest: manifest.digest, platform, builtBy: `memory (${formatPlatform(own)})` };
    },
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw translateSystemError(error, path);
  }
}

function stepFailed(dockerfile: string, line: string): Failure {
  return new Failure('build-failed', `the image does not build: ${line}`, { where: { file: dockerfile } });
}

function layerOf(text: string): Promise<Buffer> {
  const content = Buffer.from(text);
  const file = {
    kind: 'file',
    name: 'Dockerfile',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: content.length,
  } as const;
  return collectBytes(writeTar([{ ...file, content: streamOf([content]) }]), limits.reportBytesMax, tooLarge);
}

function packed(layer: Buffer): Promise<Buffer> {
  return collectBytes(gzip(streamOf([layer])), limits.reportBytesMax, tooLarge);
}

function tooLarge(): never {
  throw new Failure('build-failed', 'the Dockerfile is too large for the memory');
}

async function put(into: Layout, bytes: Buffer, mediaType: string): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await into.putBlob(descriptor, () => streamOf([bytes]));
  return descriptor;
}
