/** Changes files that are there. */
export interface Editor {
  /**
   * The bytes of a regular file; links are not followed.
   * @param file absolute
   * @throws Failure `path-missing`, `path-refused` (no regular file), `file-changed` (larger than `bytesMax` by now), `file-denied`, `file-error`
   */
  read(file: string, bytesMax: number): Promise<Buffer>;
  /**
   * Replaces all bytes of a file at once, its permissions kept, if they are still `before`.
   * @throws Failure `file-changed`, `file-denied` (read-only files too, whoever we are), `disk-full`, `file-error`
   */
  replace(file: string, before: Uint8Array, after: Uint8Array): Promise<void>;
}
