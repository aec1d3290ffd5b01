import { Failure, type ExitStatus } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import type { Bisection } from '../model/bisection.ts';
import {
  bisectionSchema,
  type BisectionDocument,
  type GateOfBisection,
} from '../model/bisection-document.ts';
import type { EvidenceFolder, EvidenceFolders } from '../ports/evidence-folder.ts';

/** The gates of a bisection as they come in: in a folder, where a person named one, after each gate. */
export class BisectionEvidence {
  readonly #begun: BisectionDocument;
  readonly #folder: EvidenceFolder | undefined;
  readonly #gates: GateOfBisection[];
  #number: number;
  /** Documents replace each other in their order. */
  #written: Promise<void> = Promise.resolve();

  private constructor(begun: BisectionDocument, folder: EvidenceFolder | undefined) {
    this.#begun = begun;
    this.#folder = folder;
    this.#gates = [...begun.gates];
    this.#number = Math.max(0, ...begun.gates.map(({ number }) => number));
  }

  /** @throws Failure `output-exists` when the folder holds something else */
  static async open(
    begun: BisectionDocument,
    place: string | undefined,
    folders: EvidenceFolders,
  ): Promise<BisectionEvidence> {
    if (place === undefined) return new BisectionEvidence(begun, undefined);
    const folder = await folders.open(place);
    const text = await folder.read();
    if (text === undefined) return new BisectionEvidence(begun, folder);
    const before = readBefore(text, place);
    if (before.key !== begun.key) {
      throw new Failure('output-exists', `${place} holds the bisection of other moves, or by another rule`, {
        hint: 'Name another folder, or remove this one.',
      });
    }
    return new BisectionEvidence({ ...begun, createdAt: before.createdAt, gates: before.gates }, folder);
  }

  get gates(): readonly GateOfBisection[] {
    return this.#gates;
  }

  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  async keep(gate: GateOfBisection, log: Buffer): Promise<void> {
    const path = log.length === 0 ? undefined : await this.#folder?.writeLog(logName(gate), log);
    this.#gates.push(path === undefined ? gate : { ...gate, log: path });
    await this.#write({ ...this.#begun, gates: this.#gates });
  }

  /** What it came to, with all gates. */
  async close(found: Bisection, exit: ExitStatus): Promise<BisectionDocument> {
    const { end, culprits, good, undecided, mended } = found;
    const document: BisectionDocument = {
      ...this.#begun,
      end: end.kind === 'open' ? { kind: 'open' } : end,
      culprits: culprits.map((each) => ({
        kind: each.kind,
        moves: [...each.moves],
        leftOut: [...each.leftOut],
        badWith: [...each.badWith],
        goodWithout: [...each.goodWithout],
      })),
      good: [...good],
      undecided: [...undecided],
      mended: mended.map((each) => ({ bad: [...each.bad], good: [...each.good] })),
      gates: this.#gates,
      exit,
    };
    await this.#write(document);
    return document;
  }

  async #write(document: BisectionDocument): Promise<void> {
    const text = `${JSON.stringify(document, undefined, 2)}\n`;
    const before = this.#written;
    this.#written = (async () => {
      await before;
      await this.#folder?.write(text);
    })();
    await this.#written;
  }
}

function readBefore(text: string, place: string): BisectionDocument {
  const refuse = (why: string): Failure =>
    new Failure('output-exists', `${place} holds a bisection.json that is none of ours: ${why}`, {
      hint: 'Name another folder, or remove this one.',
    });
  const parsed = bisectionSchema.safeParse(parseJsonStrictly(Buffer.from(text), refuse));
  if (!parsed.success) throw refuse(parsed.error.issues[0]?.message ?? 'it does not fit the schema');
  return parsed.data;
}

/** A name that sorts as the gates do. */
function logName({ number }: Pick<GateOfBisection, 'number'>): string {
  return `${String(number).padStart(String(limits.bisectGatesMax).length, '0')}.log`;
}
