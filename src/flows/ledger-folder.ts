import path from 'node:path';
import type { Config } from '../model/definition.ts';

/** Where the ledger lies: what the command line names before what lockkeeper.yaml names; undefined: nowhere. */
export function ledgerFolder(
  named: string | undefined,
  { gate, directory }: Pick<Config, 'gate' | 'directory'>,
  cwd: string,
): string | undefined {
  if (named !== undefined) return path.resolve(cwd, named);
  return gate.ledger === undefined ? undefined : path.resolve(directory, gate.ledger);
}
