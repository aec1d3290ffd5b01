/** Documents of other people that are read whole: files of this machine, and files on the web. */
export interface Documents {
  /**
   * The bytes of an absolute path or an https URL, as they are now. Redirects are followed to https only.
   * @throws Failure `document-missing`, `document-unavailable`, `document-invalid` (larger than the limit, or led elsewhere),
   * `file-*`, `path-refused`, `interrupted`
   */
  read(place: string): Promise<Uint8Array>;
  /**
   * The same for documents that a foreign repository names: of files only those that lie in this folder, and no links,
   * since they may lead to anything of this machine. Any other is `path-refused`.
   * @param folder absolute
   */
  below(folder: string): Documents;
}
