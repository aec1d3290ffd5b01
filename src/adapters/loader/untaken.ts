import { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';

/** Why a receiver did not take an image: what its program complained is the best that is known. */
export function untaken(receiver: string, digest: Digest, complaint: string): Failure {
  return new Failure('image-unloadable', `${receiver} does not take ${digest}: ${complaint}`, {
    hint: `Look at the free space of ${receiver} (\`lockkeeper doctor\`), and whether other tools can load this image.`,
  });
}
