/** Time as an argument, so that decisions can be tested and replayed. */
export interface Clock {
  /** The wall clock now. */
  now(): Date;
  /** Milliseconds on a clock that never runs backwards; only differences mean anything. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
