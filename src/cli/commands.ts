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
    name: 'build',
    summary: 'Build candidates into a bundle, with no credential and no push',
    load: async () => (await import('./commands/build.ts')).buildCommand,
  },
  {
    name: 'resolve',
    summary: 'Put private baselines into a bundle, for a gate that has no login',
    load: async () => (await import('./commands/resolve.ts')).resolveCommand,
  },
  {
    name: 'gate',
    summary: 'Run the suites on baseline and candidate and give a verdict',
    load: async () => (await import('./commands/gate.ts')).gateCommand,
  },
  {
    name: 'judge',
    summary: 'Compare two test results that already exist',
    load: async () => (await import('./commands/judge.ts')).judgeCommand,
  },
  {
    name: 'load',
    summary: 'Hand the images of a bundle to an engine, a cluster or a registry',
    load: async () => (await import('./commands/load.ts')).loadCommand,
  },
  {
    name: 'promote',
    summary: 'Move the names to the candidates that a verdict allows',
    load: async () => (await import('./commands/promote.ts')).promoteCommand,
  },
];
