import { Failure } from '../../../base/failure.ts';
import { ownCheckName } from '../../../model/check.ts';
import { parseForgeId, type ForgeId } from '../../../model/forge-id.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import type { Forge } from '../../../ports/forge.ts';
import { seenToStart, type Patience } from './seen.ts';
import type { Starter, StartOrder } from './starter.ts';
import { filled } from './texts.ts';

/**
 * Whatever a comment starts, such as `/azp run outer`. Such comments have no id of a run in their answer: that it started
 * is seen by a check that appears on the commit. A check of our own notes that we asked, so that nobody asks twice.
 */
export class CommentedRuns implements Starter<'comment'> {
  readonly #forge: Forge;
  readonly #patience: Patience;

  constructor(forge: Forge, patience: Patience) {
    this.#forge = forge;
    this.#patience = patience;
  }

  async start(order: StartOrder<'comment'>, known: readonly ForgeId[]): Promise<StartedRun> {
    const { loop, by, target } = order;
    const asked = ownCheckName(`${loop.name}, ${known.length + 1}`);
    const there = await this.#find(order, known);
    if (there !== undefined) return { kind: 'started', run: there };
    if (target.pullRequest === undefined)
      return { kind: 'unconfirmed', why: 'there is no pull request yet to comment on' };
    const checks = await this.#forge.checks(target.commit);
    const noted = checks.find(({ name }) => name === asked);
    if (noted === undefined || noted.state === 'running') {
      // First the note: without the right to make one we would ask again each time.
      await this.#note(target.commit, asked, 'running');
      await this.#forge.say(target.pullRequest, filled(by.text, target));
      await this.#note(target.commit, asked, 'neutral');
    }
    return seenToStart(this.#patience, () => this.#find(order, known));
  }

  async look(order: StartOrder<'comment'>, id: ForgeId): Promise<OuterRun> {
    const run = (await this.#runs(order)).find((each) => each.id === id);
    if (run !== undefined) return run;
    throw new Failure(
      'forge-missing',
      `${order.target.commit.slice(0, 12)} has no check ${order.by.check} any more`,
    );
  }

  async #note(commit: string, name: string, state: 'running' | 'neutral'): Promise<void> {
    const title = state === 'running' ? 'asks for it by a comment' : 'asked for by a comment';
    await this.#forge.reportCheck({ commit, name, state, title, summary: title });
  }

  async #find(order: StartOrder<'comment'>, known: readonly ForgeId[]): Promise<OuterRun | undefined> {
    return (await this.#runs(order)).find(({ id }) => !known.includes(id));
  }

  /** The n-th check of this name on the commit; a forge that replaces a check under its name has one. */
  async #runs({ by, target }: StartOrder<'comment'>): Promise<readonly OuterRun[]> {
    const checks = await this.#forge.checks(target.commit);
    return checks
      .filter(({ name }) => name.startsWith(by.check))
      .map(({ state, url }, index) => ({ id: parseForgeId(`check-${index + 1}`), state, url }));
  }
}
