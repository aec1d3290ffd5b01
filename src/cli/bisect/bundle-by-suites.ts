import { bisectBySuites } from '../../flows/bisect-suites.ts';
import type { BisectBounds } from '../../flows/bisect.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { loadConfig } from '../../flows/load-config.ts';
import type { BisectionDocument } from '../../model/bisection-document.ts';
import { bisecting } from '../../wire/bisecting.ts';
import { hermetic } from '../../wire/hermetic.ts';
import type { CommandInput, Context } from '../command.ts';
import { watchProgress } from '../print/progress.ts';

/** Tries the images of a bundle in this process: so nothing that this file imports reaches a credential, and a guard holds that. */
export async function bundleBySuites(
  bundle: string,
  bounds: BisectBounds,
  { input, context }: { readonly input: CommandInput; readonly context: Context },
): Promise<BisectionDocument> {
  const wired = await hermetic(context.env, context.signal);
  const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
  const tools = { ...wired.for(config), evidenceFolders: bisecting(context.env).evidenceFolders };
  const order = {
    config,
    bundle,
    bundleName: input.value('--bundle') ?? '',
    images: [],
    ledger: ledgerFolder(undefined, config, context.cwd),
    madeBy: bounds.madeBy,
  };
  const progress = watchProgress(context);
  const watching = { observe: progress.observe, signal: context.signal };
  return progress.during(() => bisectBySuites(order, bounds, tools, watching));
}
