import type { GateAnswer } from '../model/bisection.ts';
import type { BisectionDocument } from '../model/bisection-document.ts';
import { digestOf } from '../model/digest.ts';
import { worstVerdict, type SetVerdict, type Verdict } from '../model/verdict.ts';
import { bisectMoves, type BisectBounds, type BisectTools } from './bisect.ts';
import type { GateOutcome } from './command-pairs.ts';
import { gate, type GateOrder } from './gate.ts';
import { readBundle } from './open-bundle.ts';
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
  const { members } = await readBundle(await tools.layouts.open(order.bundle));
  let gated: Promise<SetVerdict> | undefined;
  const gateOnce = async (): Promise<SetVerdict> => (await gate(order, tools, watching)).verdict;
  return bisectMoves(
    {
      subject: {
        kind: 'bundle',
        set: digestOf(members.map(({ image, digest }) => `${image} ${digest}\n`).join('')),
      },
      rule: { repeat: 1 },
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

function outcomeOf({ members }: SetVerdict, moved: readonly string[]): GateOutcome {
  const made = members.filter(({ image }) => moved.includes(image));
  const worst = worstVerdict(made.map(({ verdict }) => verdict));
  return {
    answer: worst === undefined ? 'unsure' : answerOf(worst),
    why: worst === undefined ? 'nothing of it was judged' : `${worst.kind}: ${worst.sentence}`,
    runs: [],
    log: Buffer.alloc(0),
  };
}

function answerOf({ kind }: Verdict): GateAnswer {
  if (kind.startsWith('promote')) return 'good';
  return kind.startsWith('reject') ? 'bad' : 'unsure';
}
