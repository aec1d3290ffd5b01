import { limits } from '../../base/limits.ts';
import { containerLabel, type Engine } from '../../model/engine.ts';
import type { SuiteCommand } from '../../model/suite.ts';
import type { ContainerSpec } from '../../ports/runner.ts';
import type { Dialect } from './dialect.ts';

/**
 * Arguments of `create`, which harden the container of a trial. No process inside can gain rights, reach the engine or,
 * where the suite does not ask for it, the network; the image is named by what it is and never pulled. There is no
 * `--init`: as by hand, the command is the first process, so that the engine itself says when it cannot be started.
 */
export function createArgs(
  engine: Engine,
  dialect: Dialect,
  name: string,
  spec: ContainerSpec,
): readonly string[] {
  const [program, ...args] = argvOf(spec.command);
  return [
    'create',
    ...['--name', name, '--label', `${containerLabel}=${name}`],
    ...['--pull', 'never', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...logArgs(dialect),
    ...limitArgs(engine, spec),
    ...(spec.network === 'none' ? ['--network', 'none'] : []),
    ...engine.createArgs,
    ...dialect.createArgs,
    ...['--workdir', spec.workdir],
    ...(spec.user === undefined ? [] : ['--user', spec.user]),
    ...Object.entries(spec.env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--entrypoint', dialect.entrypoint(program), spec.image.id, ...args],
  ];
}

function logArgs({ keepsLog }: Dialect): readonly string[] {
  if (!keepsLog) return ['--log-driver', 'none'];
  return ['--log-driver', 'k8s-file', '--log-opt', `max-size=${limits.containerLogBytesMax}`];
}

function limitArgs(engine: Engine, { limits: allowed }: ContainerSpec): readonly string[] {
  const memory = String(allowed.memoryBytes);
  return [
    // Swap counts as memory: a suite that does not fit fails in the same way on every machine.
    ...(engine.limits.memory ? ['--memory', memory, '--memory-swap', memory] : []),
    // Engines refuse more processors than there are.
    ...(engine.limits.cpus ? ['--cpus', String(Math.min(allowed.cpus, engine.cpus))] : []),
    ...(engine.limits.pids ? ['--pids-limit', String(allowed.pids)] : []),
  ];
}

function argvOf(command: SuiteCommand): readonly [string, ...string[]] {
  return command.kind === 'shell' ? ['sh', '-c', command.line] : command.argv;
}
