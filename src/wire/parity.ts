import { SystemDocuments } from '../adapters/documents/documents.ts';
import { KnowledgeFiles } from '../adapters/knowledge/files.ts';
import { diskTrees } from '../adapters/worktree/trees.ts';
import type { ParityTools } from '../flows/platform-judge.ts';
import type { Tools } from '../flows/tools.ts';
import type { Config } from '../model/definition.ts';
import { connected } from './connected.ts';
import { gitEnvironment, proxyVariables, type ShellEnvironment } from './environment.ts';
import { layerCacheOf } from './layer-cache.ts';
import { scratchLayouts } from './scratch.ts';

/** Tools before lockkeeper.yaml was read, and those that know what it says. */
interface ParityWired extends Pick<Tools, 'configFiles' | 'ledgers'> {
  readonly for: (config: Pick<Config, 'companions'>) => ParityTools;
}

/** What those who ask about platforms work with: registries with the person's own logins, documents without any. */
export async function parityTools(environment: ShellEnvironment, signal: AbortSignal): Promise<ParityWired> {
  const wired = await connected(environment, signal);
  const own = {
    documents: new SystemDocuments({ proxies: proxyVariables(environment), signal }),
    knowledge: new KnowledgeFiles(),
    trees: diskTrees(gitEnvironment(environment)),
    layerCache: layerCacheOf(environment),
    scratch: scratchLayouts(environment),
  };
  return {
    configFiles: wired.configFiles,
    ledgers: wired.ledgers,
    for: (config) => ({ ...wired.for(config), ...own }),
  };
}
