/** One request that was answered, or given up by its client. */
export interface ServedRequest {
  readonly method: string;
  /** Path and query as the client wrote them: text from outside. */
  readonly url: string;
  readonly status: number;
  /** Bytes of the body that came in, and of the one that went out. */
  readonly received: number;
  readonly sent: number;
  /** A fault of ours; the client was told 500 and nothing else. */
  readonly fault: unknown;
}
