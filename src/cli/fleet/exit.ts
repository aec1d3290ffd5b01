import { exitStatus, failureKinds, type ExitStatus } from '../../base/failure.ts';
import type { FleetOutcome } from '../../flows/fleet.ts';

/** Of a command over a fleet. */
export function fleetExit({ rows }: Pick<FleetOutcome, 'rows'>): ExitStatus {
  if (rows.some(({ state }) => state === 'findings')) return exitStatus.no;
  const reasons = rows.flatMap((row) => (row.state === 'failed' ? [row] : []));
  // What no repository has was misspelt, or the list is another one.
  if (rows.every((row) => 'change' in row && row.change?.outcome === 'absent')) return exitStatus.usage;
  if (reasons.length === 0) return exitStatus.yes;
  // Of those that no other run mends, the gravest; only where there is none it helps to try again.
  const lasting = new Set(
    reasons.filter(({ retryable }) => !retryable).map(({ code }) => kindOf(code)?.exit),
  );
  if (lasting.has(exitStatus.refused)) return exitStatus.refused;
  return lasting.has(exitStatus.usage) ? exitStatus.usage : exitStatus.unavailable;
}

function kindOf(code: string): (typeof failureKinds)[keyof typeof failureKinds] | undefined {
  return Object.entries(failureKinds).find(([name]) => name === code)?.[1];
}
