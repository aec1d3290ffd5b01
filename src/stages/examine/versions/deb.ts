import { compareDigits } from './order.ts';

/** Debian policy 5.6.12: `[epoch:]upstream[-revision]`. */
export function compareDeb(left: string, right: string): number {
  const [one, other] = [partsOf(left), partsOf(right)];
  return (
    compareDigits(one.epoch, other.epoch) ||
    comparePart(one.upstream, other.upstream) ||
    comparePart(one.revision, other.revision)
  );
}

function partsOf(version: string): {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
} {
  const epoch = /^\d+(?=:)/u.exec(version)?.[0];
  const rest = epoch === undefined ? version : version.slice(epoch.length + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: epoch ?? '',
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  };
}

/** Runs without digits and runs of digits by turns. */
function comparePart(left: string, right: string): number {
  const [one, other] = [runsOf(left), runsOf(right)];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [a = '', b = ''] = [one[index], other[index]];
    const found = index % 2 === 0 ? compareWords(a, b) : compareDigits(a, b);
    if (found !== 0) return found;
  }
  return 0;
}

/** Even positions hold what is no digit, odd ones digits. */
function runsOf(text: string): readonly string[] {
  return text.split(/(\d+)/u);
}

function compareWords(left: string, right: string): number {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const found = rankOf(left[at]) - rankOf(right[at]);
    if (found !== 0) return found;
  }
  return 0;
}

/** A tilde is before the end, the end before letters, letters before all else. */
function rankOf(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/u.test(character) ? code : code + 0x1_0000;
}
