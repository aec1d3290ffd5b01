import path from 'node:path';
import type { Json } from '../base/canonical-json.ts';
import { answerOfVerdict } from '../model/bisection.ts';
import type { BisectionDocument } from '../model/bisection-document.ts';
import { worstVerdict, type SetVerdict } from '../model/verdict.ts';
import { bisectMoves, type BisectBounds, type BisectTools } from './bisect.ts';
import type { GateOutcome } from './command-pairs.ts';
import { findBaseline, type OpenBundle } from './find-baseline.ts';
import { gate, type GateOrder } from './gate.ts';
import { readBundle } from './open-bundle.ts';
import { suitesOf } from './select.ts';
import type { Tools, Watching } from './tools.ts';

/**
 * Which images of a bundle explain that its gate rejects. Suites look at one image at a time, so one gate of the whole
 * set holds the answer to every question; it is run once, and its evidence and verdict are in the bundle afterwards.
 */
export async function bisectBySuites(
  order: GateOrder,
  bounds: BisectBounds,
  tools: Tools & BisectTools,
  watching: Watching,
): Promise<BisectionDocument> {
  const layout = await tools.layouts.open(order.bundle);
  const bundle = await readBundle(layout);
  const { members, set } = bundle;
  let gated: Promise<SetVerdict> | undefined;
  const gateOnce = async (): Promise<SetVerdict> => (await gate(order, tools, watching)).verdict;
  return bisectMoves(
    {
      subject: { kind: 'bundle', set },
      rule: { repeat: 1 },
      judgedBy: bounds.out === undefined ? null : await judgedBy(order, { layout, bundle }, bounds, tools),
      moves: members.map(({ image, digest }) => ({ name: image, to: digest })),
      apart: [],
      notices: [],
      base: 'assumed',
      // Each image is judged once, by as many runs as the judge asks for.
      asksAgain: false,
      gate: async (moved) => {
        gated ??= gateOnce();
        return outcomeOf(await gated, moved);
      },
    },
    bounds,
    tools,
    watching,
  );
}

/** What a verdict depends on beside the images: the config, what the names stand for now, and the files of the suites. */
async function judgedBy(
  { config, bundle, ledger }: GateOrder,
  opened: OpenBundle,
  { out }: BisectBounds,
  tools: Pick<Tools, 'registries' | 'clock' | 'worktrees'>,
): Promise<Json> {
  const images = config.images.filter(({ name }) =>
    opened.bundle.members.some(({ image }) => image === name),
  );
  const baselines: Record<string, string | null> = {};
  for (const image of images)
    baselines[image.name] = (await findBaseline(image, opened, tools)).descriptor?.digest ?? null;
  const sources: Record<string, string | null> = {};
  for (const { source } of images.flatMap((image) => suitesOf(config, image))) {
    if (source === undefined) continue;
    const worktree = await tools.worktrees.open(path.resolve(config.directory, source), [
      bundle,
      ledger,
      out,
    ]);
    sources[source] ??= (await worktree.state()).tree ?? null;
  }
  return { policy: config.policy, baselines, sources };
}

function outcomeOf({ members }: SetVerdict, moved: readonly string[]): GateOutcome {
  const made = members.filter(({ image }) => moved.includes(image));
  const worst = worstVerdict(made.map(({ verdict }) => verdict));
  return {
    answer: worst === undefined ? 'unsure' : answerOfVerdict(worst.kind),
    why: worst === undefined ? 'nothing of it was judged' : `${worst.kind}: ${worst.sentence}`,
    runs: [],
    log: Buffer.alloc(0),
  };
}
