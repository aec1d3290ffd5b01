import { cutToWidth } from '../../base/display-width.ts';
import { durationText, sizeText } from '../../base/quantity.ts';
import { plural } from '../../base/text.ts';
import type { Event, Observer } from '../../model/event.ts';
import type { Context } from '../command.ts';
import { painter, type Paint } from './paint.ts';
import { progressLimits } from './progress-limits.ts';
import { eventLine, gatePicture, judgingText, safePart, trialText } from './progress-text.ts';

type Surroundings = Pick<Context, 'clock' | 'stderr' | 'verbose' | 'quiet' | 'signal'>;

/** Tells on stderr what a flow does. */
export interface Progress {
  readonly observe: Observer;
  /** Shows progress while the work runs; when it has ended, nothing of the live region is left on the screen. */
  readonly during: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/**
 * On a terminal one live line below the lines of what is done; elsewhere plain lines without escape codes, and a
 * sign of life now and then, since CI systems end jobs that are silent.
 */
export function watchProgress(context: Surroundings): Progress {
  if (context.quiet) return { observe: () => undefined, during: (work) => work() };
  const progress = new ProgressLines(context);
  return { observe: (event) => progress.observe(event), during: (work) => progress.during(work) };
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

interface Running {
  readonly text: string;
  readonly sinceMs: number;
  /** What it said last. */
  readonly last?: string;
}

class ProgressLines {
  readonly #context: Surroundings;
  readonly #paint: Paint;
  readonly #live: boolean;
  readonly #startedMs: number;
  readonly #running = new Map<string, Running>();
  #blobs = { count: 0, bytes: 0, held: 0 };
  #trials = 0;
  #frame = 0;
  #drawn = false;
  #lastLineMs: number;

  constructor(context: Surroundings) {
    this.#context = context;
    this.#paint = painter(context.stderr.colour);
    this.#live = context.stderr.isTerminal;
    this.#startedMs = context.clock.monotonicMs();
    this.#lastLineMs = this.#startedMs;
  }

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const ended = new AbortController();
    const ticking = this.#tick(ended.signal);
    const onAbort = (): void => this.#line('interrupted: taking away what was started', 'yellow');
    this.#context.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work();
    } finally {
      this.#context.signal.removeEventListener('abort', onAbort);
      ended.abort();
      await ticking;
      this.#tellBlobs();
      this.#clear();
    }
  }

  observe(event: Event): void {
    if (event.kind === 'blob-copied') this.#addBlob(event);
    else this.#tellBlobs();
    this.#track(event);
    const line = eventLine(event);
    if (event.kind === 'gate-answered' && this.#live)
      this.#line(gatePicture(event, Math.floor(this.#context.stderr.columns / 2)), styleOf(event));
    if (line !== undefined) this.#line(line, styleOf(event));
    else this.#draw();
  }

  /** Keeps what the status line is made of. */
  #track(event: Event): void {
    const sinceMs = this.#context.clock.monotonicMs();
    switch (event.kind) {
      case 'build-started':
        this.#running.set(`build ${event.image}`, { text: `building ${safePart(event.image)}`, sinceMs });
        break;
      case 'build-output':
        this.#tellBuild(event.image, event.line);
        break;
      case 'build-ended':
        this.#running.delete(`build ${event.image}`);
        break;
      case 'looked-up': {
        const text = `looking up names: ${event.done} of ${event.of}`;
        if (event.done < event.of)
          this.#running.set('looking up', { text, sinceMs, last: safePart(event.reference) });
        else this.#running.delete('looking up');
        break;
      }
      case 'judging':
        this.#running.set(`judging ${event.image} ${event.platform}`, { text: judgingText(event), sinceMs });
        break;
      case 'judged':
        this.#running.delete(`judging ${event.image} ${event.platform}`);
        break;
      case 'gate-started':
        this.#running.set(`gate ${event.number}`, {
          text: `gate ${event.number}: ${event.moved} of ${event.of} moved`,
          sinceMs,
        });
        break;
      case 'gate-answered':
        this.#running.delete(`gate ${event.number}`);
        break;
      case 'command-output':
        if (this.#context.verbose) this.#line(`  │ ${safePart(event.line, 400)}`, 'dim');
        break;
      case 'trial-started':
        this.#running.set(trialText(event.unit, event.request), {
          text: trialText(event.unit, event.request),
          sinceMs,
        });
        break;
      case 'trial-ended':
        this.#running.delete(trialText(event.unit, event.request));
        this.#trials += 1;
        break;
      default:
    }
  }

  /** With --verbose all of it; else the last line, in the status. A build that fails quotes its end in its failure. */
  #tellBuild(image: string, text: string): void {
    if (this.#context.verbose) {
      this.#line(`  │ ${safePart(text, 400)}`, 'dim');
      return;
    }
    const running = this.#running.get(`build ${image}`);
    if (running === undefined || text.trim() === '') return;
    this.#running.set(`build ${image}`, { ...running, last: safePart(text, 120) });
  }

  #addBlob({ size, result }: Extract<Event, { readonly kind: 'blob-copied' }>): void {
    const { count, bytes, held } = this.#blobs;
    const isNew = result === 'stored';
    this.#blobs = { count: count + 1, bytes: bytes + (isNew ? size : 0), held: held + (isNew ? 0 : 1) };
  }

  /** One line for a row of blobs. */
  #tellBlobs(): void {
    const text = this.#blobText();
    this.#blobs = { count: 0, bytes: 0, held: 0 };
    if (text !== undefined) this.#line(text, 'dim');
  }

  #blobText(): string | undefined {
    const { count, bytes, held } = this.#blobs;
    if (count === 0) return undefined;
    return `copied ${plural(count - held, 'blob')} (${sizeText(bytes)})${held === 0 ? '' : `, ${held} were there already`}`;
  }

  #line(text: string, style?: Parameters<Paint>[0]): void {
    const { clock, stderr } = this.#context;
    this.#clear();
    this.#lastLineMs = clock.monotonicMs();
    const time = durationText(this.#lastLineMs - this.#startedMs).padStart(9);
    stderr.write(`${this.#paint('dim', time)}  ${style === undefined ? text : this.#paint(style, text)}\n`);
    this.#draw();
  }

  async #tick(ended: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    while (!ended.aborted) {
      // The end of the work ends the wait as well; there is nothing else that could.
      await clock
        .sleep(this.#live ? progressLimits.frameMs : progressLimits.silenceMsMax / 4, ended)
        .catch(() => undefined);
      if (ended.aborted) return;
      this.#frame += 1;
      if (this.#live) this.#draw();
      else if (clock.monotonicMs() - this.#lastLineMs >= progressLimits.silenceMsMax)
        this.#line(`still ${this.#status()}`, 'dim');
    }
  }

  #draw(): void {
    if (!this.#live) return;
    const { clock, stderr } = this.#context;
    const frame = spinner[this.#frame % spinner.length] ?? '';
    const elapsed = durationText(clock.monotonicMs() - this.#startedMs);
    // One column is left free: some terminals wrap when the last one is written.
    // A terminal that says it has no columns is as wide as most.
    const text = cutToWidth(`${frame} ${elapsed}  ${this.#status()}`, (stderr.columns || 80) - 1);
    stderr.write(`${eraseLine}${this.#paint('cyan', text)}`);
    this.#drawn = true;
  }

  #clear(): void {
    if (!this.#drawn) return;
    this.#context.stderr.write(eraseLine);
    this.#drawn = false;
  }

  #status(): string {
    const nowMs = this.#context.clock.monotonicMs();
    const running = [...this.#running.values()].map(
      ({ text, sinceMs, last }) =>
        `${text} (${durationText(nowMs - sinceMs)})${last === undefined ? '' : `: ${last}`}`,
    );
    const blobs = this.#blobText();
    const now = [...running, ...(blobs === undefined ? [] : [blobs])].join(' · ') || 'working';
    return this.#trials === 0 ? now : `${now} · ${plural(this.#trials, 'run')} done`;
  }
}

const eraseLine = '\r\u001b[2K';

function styleOf(event: Event): Parameters<Paint>[0] | undefined {
  switch (event.kind) {
    case 'judged':
      return event.verdict?.kind.startsWith('promote') === true
        ? 'green'
        : event.verdict?.kind.startsWith('hold') === true
          ? 'yellow'
          : 'red';
    case 'gate-answered':
      return event.answer === 'good' ? 'green' : event.answer === 'bad' ? 'red' : 'yellow';
    case 'engine-found':
    case 'load-started':
    case 'fetch-started':
    case 'looked-up':
    case 'examined':
    case 'baseline-reused':
      return 'dim';
    default:
      return undefined;
  }
}
