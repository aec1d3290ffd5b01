import type { CommandDefinition } from './command.ts';

interface CommandEntry {
  readonly name: string;
  /** Stands here too, so that the overview loads no command; a test holds both equal. */
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/** All commands, in the order of the work. Each is loaded only when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'Look at a repository and write a lockkeeper.yaml for it',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'doctor',
    summary: 'Check engines, registries and this machine, and say what to do',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'scan',
    summary: 'Find every image name in a repository: where it stands and who uses it',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'check',
    summary: 'Say which image names of a repository are unpinned, stale, dead or drifted',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'pin',
    summary: 'Write digests at the image names of a repository, and move them',
    load: async () => (await import('./commands/pin.ts')).pinCommand,
  },
  {
    name: 'unpin',
    summary: 'Take the digests from the image names of a repository, and leave their tags',
    load: async () => (await import('./commands/unpin.ts')).unpinCommand,
  },
  {
    name: 'update',
    summary: 'Move all stale digests in one pull request, and hold back those that break something',
    load: async () => (await import('./commands/update.ts')).updateCommand,
  },
  {
    name: 'build',
    summary: 'Build candidates into a bundle, with no credential and no push',
    load: async () => (await import('./commands/build.ts')).buildCommand,
  },
  {
    name: 'bundle create',
    summary: 'Put images that exist into one bundle, without the layers that the receiver has',
    load: async () => (await import('./commands/bundle-create.ts')).bundleCreateCommand,
  },
  {
    name: 'bundle inspect',
    summary: 'Show what is in a bundle, what was left out, and what was concluded on it',
    load: async () => (await import('./commands/bundle-inspect.ts')).bundleInspectCommand,
  },
  {
    name: 'bundle verify',
    summary: 'Hash every byte of a bundle that a stranger may have made, and refuse what does not fit',
    load: async () => (await import('./commands/bundle-verify.ts')).bundleVerifyCommand,
  },
  {
    name: 'bundle merge',
    summary: 'Put bundles of several machines together: indexes over processors, and one set',
    load: async () => (await import('./commands/bundle-merge.ts')).bundleMergeCommand,
  },
  {
    name: 'bundle complete',
    summary: 'Fetch what was left out of a bundle, by digest',
    load: async () => (await import('./commands/bundle-complete.ts')).bundleCompleteCommand,
  },
  {
    name: 'resolve',
    summary: 'Put private baselines into a bundle, for a gate that has no login',
    load: async () => (await import('./commands/resolve.ts')).resolveCommand,
  },
  {
    name: 'diff',
    summary: 'Tell what changed between two images: config, packages, files, and who is behind each',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'packages',
    summary: 'List what is installed in an image, as its package databases say',
    load: async () => (await import('./commands/packages.ts')).packagesCommand,
  },
  {
    name: 'gate',
    summary: 'Run the suites on baseline and candidate and give a verdict',
    load: async () => (await import('./commands/gate.ts')).gateCommand,
  },
  {
    name: 'calibrate',
    summary: 'Run suites on the image in use against itself, and say what chance does to a gate',
    load: async () => (await import('./commands/calibrate.ts')).calibrateCommand,
  },
  {
    name: 'try',
    summary: 'Run a suite, or some of its tests, once on an image of a bundle',
    load: async () => (await import('./commands/try.ts')).tryCommand,
  },
  {
    name: 'parity try',
    summary: 'Ask a deployment platform’s own builder, or build and judge with it',
    load: async () => (await import('./commands/parity-try.ts')).parityTryCommand,
  },
  {
    name: 'fleet scan',
    summary: 'Count the image names of many repositories',
    load: async () => (await import('./commands/fleet-scan.ts')).fleetScanCommand,
  },
  {
    name: 'fleet check',
    summary: 'Say what is wrong with the image names of many repositories',
    load: async () => (await import('./commands/fleet-check.ts')).fleetCheckCommand,
  },
  {
    name: 'fleet parity',
    summary: 'Say of many repositories whether a platform takes their runtime pins',
    load: async () => (await import('./commands/fleet-parity.ts')).fleetParityCommand,
  },
  {
    name: 'fleet status',
    summary: 'Show how it stands with the images of many repositories',
    load: async () => (await import('./commands/fleet-status.ts')).fleetStatusCommand,
  },
  {
    name: 'fleet update',
    summary: 'Move all stale digests of many repositories, one pull request each',
    load: async () => (await import('./commands/fleet-update.ts')).fleetUpdateCommand,
  },
  {
    name: 'fleet pin',
    summary: 'Make the pin files of many repositories ask for one version of a runtime',
    load: async () => (await import('./commands/fleet-pin.ts')).fleetPinCommand,
  },
  {
    name: 'fleet hold',
    summary: 'Propose in many repositories that an image does not move',
    load: async () => (await import('./commands/fleet-hold.ts')).fleetHoldCommand,
  },
  {
    name: 'fleet rollback',
    summary: 'Propose in many repositories to put the earlier digest of an image back, and hold it',
    load: async () => (await import('./commands/fleet-rollback.ts')).fleetRollbackCommand,
  },
  {
    name: 'judge',
    summary: 'Compare two test results that already exist',
    load: async () => (await import('./commands/judge.ts')).judgeCommand,
  },
  {
    name: 'verdict show',
    summary: 'Read the verdict of a bundle, and judge its evidence again',
    load: async () => (await import('./commands/verdict-show.ts')).verdictShowCommand,
  },
  {
    name: 'bisect',
    summary: 'Find the fewest moved pins or images that explain a reject',
    load: async () => (await import('./commands/bisect.ts')).bisectCommand,
  },
  {
    name: 'status',
    summary: 'Show each image of a repository: its digest and age, what waits, why, and whose move it is',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'waive',
    summary: 'Say that a finding does not count, for a while or for one candidate',
    load: async () => (await import('./commands/waive.ts')).waiveCommand,
  },
  {
    name: 'hold',
    summary: 'Say that an image does not move: until a day, or until its name stands for another digest',
    load: async () => (await import('./commands/hold.ts')).holdCommand,
  },
  {
    name: 'release',
    summary: 'Take the holds on an image out of lockkeeper.yaml, so that it moves again',
    load: async () => (await import('./commands/release.ts')).releaseCommand,
  },
  {
    name: 'rollback',
    summary: 'Put the earlier digest of an image back everywhere, and hold it there',
    load: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  },
  {
    name: 'load',
    summary: 'Hand the images of a bundle to an engine, a cluster or a registry',
    load: async () => (await import('./commands/load.ts')).loadCommand,
  },
  {
    name: 'serve-registry',
    summary: 'Offer images to other tools as a registry on this machine',
    load: async () => (await import('./commands/serve-registry.ts')).serveRegistryCommand,
  },
  {
    name: 'promote',
    summary: 'Move the names to the candidates that a verdict allows',
    load: async () => (await import('./commands/promote.ts')).promoteCommand,
  },
  {
    name: 'parity profile',
    summary: 'Say what a platform builds with today: builders, buildpacks and their order, by digest',
    load: async () => (await import('./commands/parity-profile.ts')).parityProfileCommand,
  },
  {
    name: 'parity check',
    summary: 'Say whether a platform can build the runtime versions that a repository pins',
    load: async () => (await import('./commands/parity-check.ts')).parityCheckCommand,
  },
  {
    name: 'parity watch',
    summary: 'Say what changed for repositories since a platform’s builder moved, both ways',
    load: async () => (await import('./commands/parity-watch.ts')).parityWatchCommand,
  },
];
