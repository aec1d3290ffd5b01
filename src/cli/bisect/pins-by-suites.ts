import os from 'node:os';
import { bisectPinsBySuites } from '../../flows/bisect-pin-suites.ts';
import type { PinRange } from '../../flows/bisect-pins.ts';
import type { BisectBounds } from '../../flows/bisect.ts';
import type { BisectionDocument } from '../../model/bisection-document.ts';
import { parsePlatform } from '../../model/platform.ts';
import { bisecting } from '../../wire/bisecting.ts';
import { updating } from '../../wire/updating.ts';
import type { Context } from '../command.ts';
import { watchProgress } from '../print/progress.ts';

/** Fetches images with the person's logins; what tries them is a process of its own that has none, as in an update. */
export async function pinsBySuites(
  range: PinRange,
  bounds: BisectBounds,
  context: Context,
): Promise<BisectionDocument> {
  const { tools, scratch } = await updating(context.env, context.signal);
  const host = parsePlatform(`linux/${os.arch() === 'x64' ? 'amd64' : os.arch()}`);
  const { evidenceFolders } = bisecting(context.env);
  const progress = watchProgress(context);
  const watching = { observe: progress.observe, signal: context.signal };
  return progress.during(() =>
    bisectPinsBySuites({ range, bounds, host, scratch }, { ...tools, evidenceFolders }, watching),
  );
}
