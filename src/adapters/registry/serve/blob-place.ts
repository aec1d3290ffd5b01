import type { Digest } from '../../../model/digest.ts';

/** Where the blobs of one repository's layout come from and go to, beside the layout itself. */
export interface BlobPlace {
  /** A name for a file that a blob is uploaded to, on the file system of the layout. */
  temporary(): string;
  /** Gives a file that is wholly on the disk the name of its blob. @throws Failure `disk-full`, `file-*` */
  adopt(temporary: string, digest: Digest): Promise<void>;
  /** False: no such blob there. */
  mount(digest: Digest, from: string | undefined): Promise<boolean>;
  /** False: it was not there. */
  remove(digest: Digest): Promise<boolean>;
}
