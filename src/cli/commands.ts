import type { CommandDefinition } from './command.ts';

/** What people come for, as the overview shows it, in its order. */
export const commandTopics = {
  begin: 'To begin',
  names: 'Find, pin, move and hold image names',
  verdicts: 'Build, try, judge and promote candidates',
  images: 'Look into images',
  'hand over': 'Hand images on to the next job or machine',
  platforms: 'Compare with the platform that deploys',
  fleets: 'Do the same over many repositories',
} as const;

interface CommandEntry {
  readonly name: string;
  readonly topic: keyof typeof commandTopics;
  /** Stands here too, so that the overview loads no command; a test holds both equal. */
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/** All commands, in the order of the work. Each is loaded only when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    topic: 'begin',
    summary: 'Look at a repository and write a lockkeeper.yaml for it',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'doctor',
    topic: 'begin',
    summary: 'Check engines, registries and this machine; say what to do',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'scan',
    topic: 'names',
    summary: 'Find every image name in a repository, and who uses it',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'check',
    topic: 'names',
    summary: 'Say which image names are unpinned, stale, dead or drifted',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'pin',
    topic: 'names',
    summary: 'Write digests at image names, or move those that are there',
    load: async () => (await import('./commands/pin.ts')).pinCommand,
  },
  {
    name: 'unpin',
    topic: 'names',
    summary: 'Take the digests from image names, and leave their tags',
    load: async () => (await import('./commands/unpin.ts')).unpinCommand,
  },
  {
    name: 'update',
    topic: 'names',
    summary: 'Move all stale digests that break nothing in one pull request',
    load: async () => (await import('./commands/update.ts')).updateCommand,
  },
  {
    name: 'build',
    topic: 'verdicts',
    summary: 'Build candidates into a bundle: no credential, no push',
    load: async () => (await import('./commands/build.ts')).buildCommand,
  },
  {
    name: 'bundle create',
    topic: 'hand over',
    summary: 'Put images into a bundle, without what the receiver has',
    load: async () => (await import('./commands/bundle-create.ts')).bundleCreateCommand,
  },
  {
    name: 'bundle inspect',
    topic: 'hand over',
    summary: 'Show what is in a bundle, and what was concluded on it',
    load: async () => (await import('./commands/bundle-inspect.ts')).bundleInspectCommand,
  },
  {
    name: 'bundle verify',
    topic: 'hand over',
    summary: 'Hash every byte of a stranger’s bundle before it is used',
    load: async () => (await import('./commands/bundle-verify.ts')).bundleVerifyCommand,
  },
  {
    name: 'bundle merge',
    topic: 'hand over',
    summary: 'Put bundles of several machines together',
    load: async () => (await import('./commands/bundle-merge.ts')).bundleMergeCommand,
  },
  {
    name: 'bundle complete',
    topic: 'hand over',
    summary: 'Fetch what was left out of a bundle, by digest',
    load: async () => (await import('./commands/bundle-complete.ts')).bundleCompleteCommand,
  },
  {
    name: 'resolve',
    topic: 'verdicts',
    summary: 'Put private baselines into a bundle, for a gate without login',
    load: async () => (await import('./commands/resolve.ts')).resolveCommand,
  },
  {
    name: 'diff',
    topic: 'images',
    summary: 'Tell what changed between two images, and who is behind it',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'packages',
    topic: 'images',
    summary: 'List what is installed in an image, by its package databases',
    load: async () => (await import('./commands/packages.ts')).packagesCommand,
  },
  {
    name: 'gate',
    topic: 'verdicts',
    summary: 'Run the suites on baseline and candidate and give a verdict',
    load: async () => (await import('./commands/gate.ts')).gateCommand,
  },
  {
    name: 'calibrate',
    topic: 'verdicts',
    summary: 'Run suites on one image in pairs, to see what chance does',
    load: async () => (await import('./commands/calibrate.ts')).calibrateCommand,
  },
  {
    name: 'try',
    topic: 'verdicts',
    summary: 'Run a suite, or some of its tests, once on an image',
    load: async () => (await import('./commands/try.ts')).tryCommand,
  },
  {
    name: 'parity try',
    topic: 'platforms',
    summary: 'Ask a deployment platform’s own builder, or build with it',
    load: async () => (await import('./commands/parity-try.ts')).parityTryCommand,
  },
  {
    name: 'fleet scan',
    topic: 'fleets',
    summary: 'Count the image names of many repositories',
    load: async () => (await import('./commands/fleet-scan.ts')).fleetScanCommand,
  },
  {
    name: 'fleet check',
    topic: 'fleets',
    summary: 'Say what is wrong with the image names of many repositories',
    load: async () => (await import('./commands/fleet-check.ts')).fleetCheckCommand,
  },
  {
    name: 'fleet parity',
    topic: 'fleets',
    summary: 'Say of many repositories whether a platform takes their pins',
    load: async () => (await import('./commands/fleet-parity.ts')).fleetParityCommand,
  },
  {
    name: 'fleet status',
    topic: 'fleets',
    summary: 'Show how it stands with the images of many repositories',
    load: async () => (await import('./commands/fleet-status.ts')).fleetStatusCommand,
  },
  {
    name: 'fleet update',
    topic: 'fleets',
    summary: 'Move the stale digests of many repositories by pull requests',
    load: async () => (await import('./commands/fleet-update.ts')).fleetUpdateCommand,
  },
  {
    name: 'fleet pin',
    topic: 'fleets',
    summary: 'Make many repositories ask for one version of a runtime',
    load: async () => (await import('./commands/fleet-pin.ts')).fleetPinCommand,
  },
  {
    name: 'fleet hold',
    topic: 'fleets',
    summary: 'Propose in many repositories that an image does not move',
    load: async () => (await import('./commands/fleet-hold.ts')).fleetHoldCommand,
  },
  {
    name: 'fleet rollback',
    topic: 'fleets',
    summary: 'Propose in many repositories to put an earlier digest back',
    load: async () => (await import('./commands/fleet-rollback.ts')).fleetRollbackCommand,
  },
  {
    name: 'judge',
    topic: 'verdicts',
    summary: 'Compare two test results that already exist',
    load: async () => (await import('./commands/judge.ts')).judgeCommand,
  },
  {
    name: 'verdict show',
    topic: 'verdicts',
    summary: 'Read the verdict of a bundle, and judge its evidence again',
    load: async () => (await import('./commands/verdict-show.ts')).verdictShowCommand,
  },
  {
    name: 'bisect',
    topic: 'verdicts',
    summary: 'Find the fewest moved pins or images that explain a reject',
    load: async () => (await import('./commands/bisect.ts')).bisectCommand,
  },
  {
    name: 'status',
    topic: 'names',
    summary: 'Show each image: digest, age, what waits, whose move it is',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'waive',
    topic: 'verdicts',
    summary: 'Say that a finding does not count, until when, and why',
    load: async () => (await import('./commands/waive.ts')).waiveCommand,
  },
  {
    name: 'hold',
    topic: 'names',
    summary: 'Say that an image does not move, until when, and why',
    load: async () => (await import('./commands/hold.ts')).holdCommand,
  },
  {
    name: 'release',
    topic: 'names',
    summary: 'Take the holds on an image away, so that it moves again',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  {
    name: 'rollback',
    topic: 'names',
    summary: 'Put the earlier digest of an image back, and hold it there',
    load: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  },
  {
    name: 'load',
    topic: 'hand over',
    summary: 'Hand the images of a bundle to an engine, cluster or registry',
    load: async () => (await import('./commands/load.ts')).loadCommand,
  },
  {
    name: 'serve-registry',
    topic: 'hand over',
    summary: 'Offer images to other tools as a registry on this machine',
    load: async () => (await import('./commands/serve-registry.ts')).serveRegistryCommand,
  },
  {
    name: 'promote',
    topic: 'verdicts',
    summary: 'Move the names to the candidates that a verdict allows',
    load: async () => (await import('./commands/promote.ts')).promoteCommand,
  },
  {
    name: 'parity profile',
    topic: 'platforms',
    summary: 'Say what a platform builds with today, by digest',
    load: async () => (await import('./commands/parity-profile.ts')).parityProfileCommand,
  },
  {
    name: 'parity check',
    topic: 'platforms',
    summary: 'Say whether a platform can build the versions that are pinned',
    load: async () => (await import('./commands/parity-check.ts')).parityCheckCommand,
  },
  {
    name: 'parity watch',
    topic: 'platforms',
    summary: 'Say what changed since a platform’s builder moved, both ways',
    load: async () => (await import('./commands/parity-watch.ts')).parityWatchCommand,
  },
];
