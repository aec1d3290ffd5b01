import { KnowledgeFiles } from '../adapters/knowledge/files.ts';
import type { LifecycleFlowTools } from '../flows/lifecycle-ground.ts';
import type { ParityTools } from '../flows/platform-judge.ts';
import type { Tools } from '../flows/tools.ts';
import type { Config } from '../model/definition.ts';
import { documentsOf, treesOf } from './documents.ts';
import type { ShellEnvironment } from './environment.ts';
import { hermetic } from './hermetic.ts';
import { scratchLayouts } from './scratch.ts';

/** As those who only look, with an engine beside it. */
interface HearingWired extends Pick<Tools, 'configFiles' | 'ledgers'> {
  readonly for: (config: Pick<Config, 'companions'>) => ParityTools & LifecycleFlowTools;
}

/**
 * What those who run the builders of platforms on repositories work with. What runs is other people's, so there is no way
 * to a login: builders have to be public, or in a registry that lets everybody of this network read.
 */
export async function hearingTools(
  environment: ShellEnvironment,
  signal: AbortSignal,
): Promise<HearingWired> {
  const wired = await hermetic(environment, signal);
  const own = {
    documents: documentsOf(environment, signal),
    knowledge: new KnowledgeFiles(),
    trees: treesOf(environment),
    scratch: scratchLayouts(environment),
  };
  return {
    configFiles: wired.configFiles,
    ledgers: wired.ledgers,
    for: (config) => ({ ...wired.for(config), ...own }),
  };
}
