import { sizeText } from '../../base/quantity.ts';
import { plural, safeLine } from '../../base/text.ts';
import type { ServedRequest } from '../../model/served-request.ts';
import type { Context } from '../command.ts';

/** Tells on stderr what a registry of ours is asked, and counts it. */
export class ServedTraffic {
  readonly #context: Pick<Context, 'stderr' | 'verbose'>;
  #requests = 0;
  #received = 0;
  #sent = 0;

  constructor(context: Pick<Context, 'stderr' | 'verbose'>) {
    this.#context = context;
  }

  observe({ method, url, status, received, sent, fault }: ServedRequest): void {
    this.#requests += 1;
    this.#received += received;
    this.#sent += sent;
    const { stderr, verbose } = this.#context;
    const line = `${method} ${url} ${status}`;
    if (verbose) stderr.write(`${safeLine(`${line} ${received} B in, ${sent} B out`)}\n`);
    if (fault === undefined) return;
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : JSON.stringify(fault);
    stderr.write(
      `lockkeeper: this is a fault of ours, not of yours. Please report it.\n${safeLine(line)}\n${text}\n`,
    );
  }

  /** `14 requests, 2.5 MiB received, 310 B sent` */
  summary(): string {
    return `${plural(this.#requests, 'request')}, ${sizeText(this.#received)} received, ${sizeText(this.#sent)} sent`;
  }
}
