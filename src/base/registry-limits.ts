import { KiB, MiB, GiB, second, minute } from './multiples.ts';

/** The bounds of asking registries, and of being one on this machine; a part of `limits`, which is what code reads. */
export const registryLimits = {
  // Requests to registries and forges: a server that is up answers within seconds, and a hanging one holds up all others.
  connectMs: 10 * second,
  // Registries close connections that nobody uses after some time, and a request may cross that on its way.
  connectionKeptMs: 4 * second,
  headersMs: 30 * second,
  idleMs: 30 * second,
  transferBytesPerSecondMin: 64 * KiB,
  transferGraceMs: 10 * second,
  retryAfterMsMax: 15 * minute,
  retryTriesMax: 6,
  retryFirstMs: 1 * second,
  retryLastMs: 60 * second,
  redirectsMax: 5,
  readBackTriesMax: 5,
  readBackMs: 10 * second,
  // Error bodies and tokens are small; a registry that sends more is not answering the question.
  answerBytesMax: 1 * MiB,
  // Lists come in pages; all pages together are held in memory.
  listPagesMax: 1_000,
  tagsMax: 100_000,
  referrersMax: 5_000,
  // A signature of a bill of materials of an image is two steps away from it.
  referrersDepthMax: 8,
  // Without a number, registries send all tags of a repository in one answer.
  tagsPerPageMax: 1_000,
  // Registries send one challenge of about 200 characters.
  challengeCharsMax: 4 * KiB,
  // The token specification's default for services that do not say; a token that lives for days is a password.
  tokenSecondsDefault: 60,
  tokenSecondsMax: 3600,
  // A token that is about to expire would do so on its way.
  tokenSecondsMargin: 5,
  // One sentence of the registry's own; longer ones are pages meant for browsers.
  refusalCharsMax: 300,
  // A helper may unlock a key ring, or ask a cloud for a fresh token.
  credentialHelperMs: 30 * second,
  // What is held in memory so that it can be sent again, for each upload in pieces at a time.
  uploadPieceBytes: 8 * MiB,
  // A registry that asks for larger pieces than this asks for our memory.
  uploadPieceBytesMax: 64 * MiB,

  // What of an answer waits in memory while what came before it is hashed and written, for each transfer.
  answerAheadBytes: 1 * MiB,

  // The registry that is offered to tools on this machine. Registry clients send about 1 KiB of headers.
  servedHeaderBytesMax: 16 * KiB,
  servedHeadersMs: 30 * second,
  // A connection on which nothing moves; a slow disk takes minutes until a blob of many gigabytes is on it.
  servedIdleMs: 10 * minute,
  // A whole request: one layer of many gigabytes from a slow tool.
  servedRequestMs: 2 * 60 * minute,
  // Tools open five to ten each.
  servedConnectionsMax: 256,
  servedUploadsMax: 100,
  // The largest public layers hold some 30 GB (models); a full disk ends an upload earlier.
  servedUploadBytesMax: 64 * GiB,
  servedUploadIdleMs: 15 * minute,
  servedRepositoriesMax: 1_000,
  // The specification asks for ten at least.
  servedTagsAtOnceMax: 100,
  // What is read of a body that nobody wants, so that its sender sees the answer.
  servedRestBytesMax: 16 * MiB,
} as const;
