/**
 * Exit statuses of the command line: the shape of an answer that a script can act on.
 * 0 yes, 1 our fault, 2 usage or config, 3 no, 4 not proven, 5 try again, 6 refused.
 */
export const exitStatus = {
  yes: 0,
  ourFault: 1,
  usage: 2,
  no: 3,
  notProven: 4,
  unavailable: 5,
  refused: 6,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

interface FailureKind {
  readonly exit: ExitStatus;
  /** The same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** One sentence for the reference page. */
  readonly meaning: string;
}

const kind = (exit: ExitStatus, retryable: boolean, meaning: string): FailureKind => ({
  exit,
  retryable,
  meaning,
});
const { usage, no, unavailable, refused } = exitStatus;

/** Every way in which the world can be wrong, once. */
export const failureKinds = {
  usage: kind(usage, false, 'The command line does not say what to do.'),
  'config-missing': kind(usage, false, 'No lockkeeper.yaml was found.'),
  'config-syntax': kind(usage, false, 'lockkeeper.yaml is not YAML, or exceeds its limits.'),
  'config-invalid': kind(usage, false, 'lockkeeper.yaml does not fit its schema.'),
  'config-exists': kind(usage, false, 'init found a lockkeeper.yaml and leaves it alone.'),
  'name-unknown': kind(usage, false, 'An image or suite is named that the config does not hold.'),
  'reference-invalid': kind(usage, false, 'An image name does not follow the grammar.'),
  'digest-invalid': kind(usage, false, 'A digest does not follow its grammar.'),
  'platform-invalid': kind(usage, false, 'A platform does not follow os/architecture[/variant].'),
  'revision-invalid': kind(
    usage,
    false,
    'A commit, branch or remote is named that is not there, or cannot be a name.',
  ),
  'path-missing': kind(usage, false, 'A file or folder that was named is not there.'),
  'path-refused': kind(
    usage,
    false,
    'A file or folder is not what it must be, or lies outside of what may be read.',
  ),
  'network-refused': kind(
    refused,
    false,
    'A suite of what may be somebody else’s lockkeeper.yaml asks for a network, and nobody allowed it.',
  ),
  'output-exists': kind(usage, false, 'The place to write to already holds something else.'),
  'bundle-missing': kind(usage, false, 'There is no bundle at this place.'),
  'bundle-invalid': kind(refused, false, 'The bundle contradicts itself or the format.'),
  'bundle-conflict': kind(
    no,
    false,
    'Bundles do not fit together: a platform or member is missing or there twice, or their commits differ.',
  ),
  'bundle-busy': kind(unavailable, true, 'Another process works on this bundle.'),
  'build-failed': kind(no, false, 'The image does not build.'),
  'results-invalid': kind(no, false, 'A result file cannot be read as its format.'),
  'results-too-large': kind(no, false, 'A result file exceeds its limits.'),
  'results-refused': kind(
    no,
    false,
    'A result file lies where none may lie, or declares what none may declare.',
  ),
  'results-missing': kind(no, false, 'The suite left no result where the config says.'),
  'engine-missing': kind(unavailable, false, 'No container engine is installed.'),
  'engine-unreachable': kind(unavailable, true, 'The container engine does not answer.'),
  'engine-refused': kind(unavailable, false, 'The container engine refuses what it is asked.'),
  'lifecycle-unsupported': kind(
    unavailable,
    false,
    'The lifecycle of a builder cannot do what it is asked for.',
  ),
  'platform-unsupported': kind(unavailable, false, 'This engine cannot run images of this platform.'),
  'image-unloadable': kind(refused, false, 'The engine did not take the image as it is.'),
  'receiver-missing': kind(usage, false, 'There is no such receiver: no cluster, no node, no containerd.'),
  'program-missing': kind(unavailable, false, 'A program that is needed is not installed.'),
  'program-failed': kind(unavailable, false, 'A program that is needed ended with an error.'),
  'program-timeout': kind(unavailable, true, 'A program that is needed did not end in time.'),
  'program-output': kind(unavailable, false, 'A program wrote more, or something else, than it may.'),
  'registry-unreachable': kind(unavailable, true, 'The registry cannot be reached.'),
  'registry-unavailable': kind(unavailable, true, 'The registry answers with an error of its own.'),
  'registry-rate-limited': kind(unavailable, true, 'The registry asks to wait for longer than we do.'),
  'registry-timeout': kind(unavailable, true, 'The registry did not answer in time.'),
  'registry-denied': kind(refused, false, 'The registry refuses access.'),
  'registry-refused': kind(refused, false, 'The registry rejects the request for good.'),
  'registry-untrusted': kind(
    refused,
    false,
    'The registry points to a place that we do not follow, or does not prove who it is.',
  ),
  'no-earlier-digest': kind(no, false, 'Nothing tells which digest an image had before.'),
  'remote-unreachable': kind(unavailable, true, 'A remote of git does not answer.'),
  'remote-denied': kind(refused, false, 'A remote of git denies access, or has no such repository.'),
  'manifest-missing': kind(usage, false, 'The registry, engine or bundle does not hold this image.'),
  'blob-missing': kind(refused, false, 'A blob that a manifest names is not there.'),
  'blob-left-out': kind(usage, false, 'A layer was left out of the bundle and has to be fetched first.'),
  'content-mismatch': kind(
    refused,
    false,
    'Bytes do not have the digest or size that they were promised to have.',
  ),
  'content-refused': kind(
    refused,
    false,
    'A manifest, index or config breaks a rule of the specification or a limit.',
  ),
  'forge-unknown': kind(
    usage,
    false,
    'Nothing tells which forge a repository is on, or how to log in there.',
  ),
  'forge-unreachable': kind(unavailable, true, 'The forge cannot be reached.'),
  'forge-unavailable': kind(unavailable, true, 'The forge answers with an error of its own.'),
  'forge-timeout': kind(unavailable, true, 'The forge did not answer in time.'),
  'forge-rate-limited': kind(unavailable, true, 'The forge asks to wait for longer than we do.'),
  'forge-conflict': kind(unavailable, true, 'Something on the forge is not as it was when we looked.'),
  'forge-answer-invalid': kind(unavailable, true, 'The forge answers with something else than it publishes.'),
  'forge-denied': kind(refused, false, 'The token is wrong or expired, or lacks a right.'),
  'forge-missing': kind(usage, false, 'The forge does not have it, or does not show it to this token.'),
  'forge-refused': kind(refused, false, 'The forge rejects the request for good.'),
  'forge-untrusted': kind(
    refused,
    false,
    'The forge sends us to a place that we do not follow, or does not prove who it is.',
  ),
  'builder-invalid': kind(
    refused,
    false,
    'An image is no builder, or what its labels say of its buildpacks cannot be read.',
  ),
  'document-missing': kind(usage, false, 'A document that lockkeeper.yaml names is not there.'),
  'document-unavailable': kind(unavailable, true, 'A document on the web cannot be read now.'),
  'document-invalid': kind(
    refused,
    false,
    'A document is not what it was pinned to, or lacks what lockkeeper.yaml looks for in it.',
  ),
  'listen-refused': kind(usage, false, 'The address to listen on cannot be used.'),
  'verdict-missing': kind(refused, false, 'There is no verdict for exactly these digests.'),
  'verdict-differs': kind(
    refused,
    false,
    'The stored verdict, or a statement beside it, is not what the stored evidence gives.',
  ),
  'verdict-forbids': kind(refused, false, 'The verdict does not allow a promotion.'),
  'rebuild-differs': kind(
    refused,
    false,
    'A rebuild is not proven to be the same as the image that was tested.',
  ),
  'image-held': kind(refused, false, 'A hold in lockkeeper.yaml says that this image does not move.'),
  'baseline-moved': kind(refused, false, 'The name no longer stands where the verdict’s baseline stood.'),
  'disk-full': kind(unavailable, true, 'No space is left on the device.'),
  'edit-refused': kind(refused, false, 'An edit would change more in a file than was meant.'),
  'file-changed': kind(unavailable, true, 'A file was written to while it was worked on.'),
  'file-denied': kind(refused, false, 'The operating system denies access to a file.'),
  'file-error': kind(unavailable, false, 'The operating system reports an error on a file.'),
  interrupted: kind(unavailable, true, 'Someone interrupted the work.'),
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof failureKinds;

/** Where in a person's file the fault lies; line and column count from 1. */
export interface Where {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface FailureDetails {
  /** What to do about it, as an imperative sentence. */
  readonly hint?: string;
  readonly where?: Where;
  readonly cause?: unknown;
}

/**
 * The world is wrong and a person can act. The message holds the offending value;
 * code, exit status and retryability come from {@link failureKinds}.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly where: Where | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }

  get exit(): ExitStatus {
    return failureKinds[this.code].exit;
  }

  get retryable(): boolean {
    return failureKinds[this.code].retryable;
  }
}

export function isFailure(value: unknown, ...codes: readonly FailureCode[]): value is Failure {
  return value instanceof Failure && (codes.length === 0 || codes.includes(value.code));
}

/** `file:line:column`, as editors and CI systems link it. */
export function formatWhere(where: Where): string {
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
}

/** Translates an error of the operating system into a {@link Failure}; anything else passes through. */
export function translateSystemError(error: unknown, path: string): unknown {
  switch (systemErrorCode(error)) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure('disk-full', `no space left while writing ${path}`, {
        hint: 'Free some space and run the same command again; what was there before is unchanged.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Failure('file-denied', `access to ${path} is denied`, { cause: error });
    case 'ENOENT':
      return new Failure('path-missing', `${path} does not exist`, { cause: error });
    default:
      return new Failure('file-error', `${path}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
  }
}

/** The `code` of a Node system error such as `ENOENT`; undefined for all other values. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
