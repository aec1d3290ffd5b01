import { createHash } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { noopProgram } from '../../model/noop-program.ts';
import { formatPlatform } from '../../model/platform.ts';
import { engineComplaint } from '../../ports/engine-command.ts';
import type { Shipment } from '../../ports/receiver.ts';
import type { Ctr } from './ctr.ts';

export interface NoopStart {
  readonly shipment: Shipment;
  /** Its name in containerd. */
  readonly image: string;
  readonly snapshotter: string;
  readonly signal: AbortSignal | undefined;
}

const noopInContainer = '/.lockkeeper-noop';

/**
 * Starts a container that runs our own no-op, so that an image without a shell starts as well as any, and takes it away.
 * @throws Failure `image-unloadable`, `platform-unsupported`, `engine-*`
 */
export async function startNoop(
  ctr: Ctr,
  { shipment, image, snapshotter, signal }: NoopStart,
): Promise<void> {
  const program = noopProgram(shipment.platform);
  if (program === undefined) {
    throw new Failure(
      'platform-unsupported',
      `${ctr.name} cannot be shown to start ${image}: there is no no-op for ${formatPlatform(shipment.platform)}`,
    );
  }
  // The same for the same image, so that what a killed run left is found.
  const container = `lockkeeper-noop-${createHash('sha256').update(image).digest('hex').slice(0, 24)}`;
  await remove(ctr, container, snapshotter);
  const file = await ctr.place(program);
  let isOver = false;
  try {
    const mount = `type=bind,src=${file},dst=${noopInContainer},options=rbind:ro`;
    const words = ['run', '--rm', '--snapshotter', snapshotter, '--mount', mount];
    const result = await ctr.ask([...words, image, container, noopInContainer], {
      timeoutMs: limits.noopTimeoutMs,
      signal,
    });
    isOver = result.status === 0;
    if (isOver) return;
    throw new Failure(
      'image-unloadable',
      `${ctr.name} does not start a container from ${image}: ${engineComplaint(result)}`,
      { hint: 'The name was not moved.' },
    );
  } finally {
    // One that ended well has taken itself away.
    if (!isOver) await remove(ctr, container, snapshotter);
    await ctr.displace(file);
  }
}

/** What is not there cannot be removed, and need not be. */
async function remove(ctr: Ctr, container: string, snapshotter: string): Promise<void> {
  const listed = await ctr.ask(['containers', 'ls', '--quiet']);
  if (!listed.stdout.split('\n').includes(container)) return;
  await ctr.ask(['tasks', 'rm', '--force', container]);
  await ctr.ask(['containers', 'rm', container]);
  await ctr.ask(['snapshots', '--snapshotter', snapshotter, 'rm', container]);
}
