import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { KnowledgeFiles } from '../adapters/knowledge/files.ts';
import { Failure } from '../base/failure.ts';
import type { ParityTools } from '../flows/platform-judge.ts';
import type { Tools } from '../flows/tools.ts';
import type { Config } from '../model/definition.ts';
import { documentsOf } from './documents.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';

/** Tools before lockkeeper.yaml was read, and those that know what it says. */
interface ParityWired extends Pick<Tools, 'configFiles' | 'ledgers'> {
  readonly for: (config: Pick<Config, 'companions'>) => ParityTools;
}

/**
 * What those who ask about platforms work with: registries with the person's own logins, documents without any. No engine:
 * a question that is asked for a thousand repositories a night starts nothing, and loads no code that would.
 */
export function parityTools(environment: ShellEnvironment, signal: AbortSignal): ParityWired {
  const registriesFor = registriesOf(dockerConfigCredentials(environment), environment, signal);
  const own = {
    ...local(environment),
    documents: documentsOf(environment, signal),
    knowledge: new KnowledgeFiles(),
    engines: { find: noEngine, examine: noEngine },
    exporterOf: refuseEngine,
    scratch: noEngine,
  };
  return {
    configFiles: own.configFiles,
    ledgers: own.ledgers,
    for: (config) => ({ ...own, registries: registriesFor(config) }),
  };
}

function refuseEngine(): never {
  throw new Failure('usage', 'a builder is looked at in a registry or a layout, not in an engine', {
    hint: 'Name it as the registry has it, or write it to a layout first: skopeo copy docker-daemon:NAME oci:DIR:NAME.',
  });
}

async function noEngine(): Promise<never> {
  await Promise.resolve();
  return refuseEngine();
}
