import { bisectLimits } from './bisect-limits.ts';
import { examineLimits } from './examine-limits.ts';
import { fleetLimits } from './fleet-limits.ts';
import { forgeLimits } from './forge-limits.ts';
import { gitLimits } from './git-limits.ts';
import { judgeLimits } from './judge-limits.ts';
import { lifecycleLimits } from './lifecycle-limits.ts';
import { KiB, MiB, GiB, second, minute } from './multiples.ts';
import { nightlyLimits } from './nightly-limits.ts';
import { packageLimits } from './package-limits.ts';
import { parityLimits } from './parity-limits.ts';
import { registryLimits } from './registry-limits.ts';
import { resultLimits } from './result-limits.ts';

/**
 * Every bound of the program, once; those of one area lie in a file beside this one. Outside input is hostile or broken
 * until proven otherwise; a bound turns "it hangs" and "it is out of memory" into a sentence that a person can act on.
 * The unit comes last in the name; the reason stands above.
 */
export const limits = {
  // The distribution-spec asks registries to take manifests of 4 MiB at least; larger ones are attacks or mistakes.
  manifestBytesMax: 4 * MiB,
  // Image configs carry the whole build history; a megabyte is already unusual.
  imageConfigBytesMax: 8 * MiB,
  // Index → index → manifest → config; one more for artifacts. Deeper nesting is a bomb.
  indexDepthMax: 4,
  // The largest public multi-platform index holds about 60 entries.
  indexDescriptorsMax: 1000,
  // Docker stops at 127 layers.
  manifestLayersMax: 500,
  // One line a layer, and one a setting.
  historyLinesMax: 10_000,
  // Links in the folders that lead to a file; Linux follows as many.
  linksFollowedMax: 40,
  // Layers that a bundle leaves out: more than a set of twenty images of 100 layers each, none shared.
  leftOutMax: 2_000,
  // Where one of them can be had; a few mirrors.
  blobSourcesMax: 16,
  // Files of one bundle: 200 members of a few platforms, their layers, and the reports of their gates.
  bundleFilesMax: 100_000,
  // Its images of all platforms, and their evidence.
  bundleManifestsMax: 10_000,
  // All files of one bundle; the largest sets of CI images are a tenth of that.
  bundleBytesMax: 256 * GiB,
  ...examineLimits,
  // A reference longer than this is refused by every registry (255 for the name, 128 for the tag).
  referenceCharsMax: 600,

  // lockkeeper.yaml is written by people.
  configBytesMax: 1 * MiB,
  // More aliases than this in a hand-written file is the billion-laughs pattern.
  yamlAliasesMax: 100,
  yamlDepthMax: 32,
  // Deeper braces than any person writes are taken as characters.
  globBraceDepthMax: 16,
  // Of a broken document; one broken line can break all that follow, and nobody mends more at once.
  faultsShownMax: 20,
  // Images that `init` writes down; more would not be looked through, and the others are named.
  initImagesMax: 20,
  // 128 MiB, which is what zstd itself takes without being asked; layers are packed with 8 MiB.
  zstdWindowLogMax: 27,
  // Manifests nest five levels deep, reports hardly more.
  jsonDepthMax: 64,

  // A file that is scanned for image names. What people write is smaller; what machines write names no image first.
  scanFileBytesMax: 16 * MiB,
  // A YAML tree takes a hundred times the memory of its text.
  scanTreeCharsMax: 2 * MiB,
  // Image names of one file, and of one scan: enough for any repository, and a list that still can be shown.
  scanMentionsMax: 200_000,

  ...resultLimits,

  // What is kept of a trial's output: the beginning explains set-up, the end explains the failure.
  logHeadBytesMax: 256 * KiB,
  /** What an engine notes of what a container writes, where it has to; beyond it, it begins anew. */
  containerLogBytesMax: 8 * MiB,
  logTailBytesMax: 1 * MiB,
  // A suite whose standard output is its report may write this much of it.
  stdoutReportBytesMax: 256 * MiB,

  // The source tree that is copied into a trial.
  sourceFilesMax: 500_000,
  sourceBytesMax: 8 * GiB,
  // What a container may write (source copy and output together) unless the config says otherwise.
  trialDiskBytesDefault: 4 * GiB,
  trialMemoryBytesDefault: 4 * GiB,
  trialPidsDefault: 4096,
  trialTimeoutMsDefault: 30 * minute,
  trialTimeoutMsMax: 24 * 60 * minute,
  // A no-op takes well under a second; engines under load take longer to start it.
  noopTimeoutMs: 60 * second,

  // Questions to an engine (version, inspect, create) answer within a second when it is healthy.
  engineQuestionMs: 30 * second,
  // Loading or saving several gigabytes on a slow disk.
  engineTransferMs: 30 * minute,
  engineBuildMs: 4 * 60 * minute,
  // Images that an engine is asked about for layers that need not be sent; a busy machine holds some hundreds.
  heldImagesMax: 5_000,
  // How long a stopped container may take to die before it is killed.
  engineStopMs: 10 * second,
  // The first look at what a trial wrote; short suites are over by then and pay nothing.
  diskFirstLookMs: 2 * second,
  // Between two looks, each of which costs the engine a walk over what was written.
  diskLookMsMin: 1 * second,
  // Between two tries to kill a container that was not running yet, or has just ended.
  killPauseMs: 200,
  // To take a container away: an engine under load may refuse once and not the next time.
  removalTriesMax: 3,
  removalPauseMs: 500,
  // The attached program holds nothing that is worth waiting for.
  attachedStopMs: 500,
  // Of a failing build; the error stands near the end, with what led to it above.
  buildTailLinesMax: 30,
  // Docker links a layer that an image has twice to the first one.
  archiveLinksMax: 4,
  // What a program may answer to a question; transfers are streamed instead.
  programOutputBytesMax: 16 * MiB,
  // What is shown of a failing program's error output.
  programErrorCharsMax: 4_000,

  // Tar members and names in archives that come from an engine or a container.
  archiveEntriesMax: 1_000_000,
  archiveNameBytesMax: 4 * KiB,
  archiveHeaderBytesMax: 1 * MiB,
  // Of one file with holes; 2 GB of a database have a few thousand.
  sparsePartsMax: 100_000,

  ...packageLimits,
  ...forgeLimits,
  ...gitLimits,
  ...registryLimits,

  // Layers are read from disk, hashed and written in pieces of this size: each is a trip between threads.
  filePieceBytes: 256 * KiB,
  // Of what comes out of gzip and zstd; larger pieces fill the memory before they are collected.
  unpackPieceBytes: 64 * KiB,
  // `oci-layout` holds one short line, a lock file three.
  layoutVersionBytesMax: 4 * KiB,
  lockBytesMax: 4 * KiB,
  // Each round takes away one lock of a dead process; more than a few at once is not a race but a fault.
  lockRoundsMax: 5,

  // Blobs are uploaded and fetched this many at a time to one host.
  transfersAtOnceMax: 4,
  // Questions of a few hundred bytes to one registry; more at once only meet its rate limit sooner.
  lookUpsAtOnceMax: 8,
  // Files that are edited at once: their bytes go to the disk before their names do, and disks take several together.
  filesAtOnceMax: 8,
  // Files of what was first seen when; from so many on they are written anew as one.
  seenFilesMergedFrom: 50,
  seenFilesMax: 1_000,
  // Of 200 bytes a line: 80,000 lines.
  seenFileBytesMax: 16 * MiB,

  // One line of stored evidence: a trial with the kept output of its run, and the names of the tests that were asked for.
  evidenceLineBytesMax: 256 * MiB,
  // All runs of one suite on one pair of images: three times what the largest rule asks for.
  trialsMax: 200,

  ...judgeLimits,
  ...bisectLimits,

  // The ledger: contradictions are known for two weeks, and no evidence is believed for longer.
  contradictionMsMax: 14 * 24 * 60 * minute,
  reuseMsMax: 14 * 24 * 60 * minute,
  // A record of contradictions holds a line a test; a stored run as much as a report, in JSON.
  ledgerRecordBytesMax: 8 * MiB,
  ledgerRunBytesMax: 256 * MiB,
  // What is read of a ledger. Gates of two weeks, and runs on one image: beyond that, the oldest are left out.
  ledgerRecordsMax: 10_000,
  ledgerRunsMax: 200,

  ...parityLimits,
  ...lifecycleLimits,

  ...nightlyLimits,
  ...fleetLimits,

  // A failure’s message may quote what a program said; more than this belongs into a log.
  failureMessageCharsMax: 8_000,
  // Causes are one line each; the code and the hint say the rest.
  failureCauseCharsMax: 400,
  failureCausesMax: 4,
  // Containers of killed gates that `doctor` names; it counts the others.
  doctorContainersMax: 3,
} as const;
