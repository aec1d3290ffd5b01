import { html, type Markup } from './html-markup.ts';
import type { Mood } from './words.ts';

interface Scene {
  readonly says: string;
  /** Height of the candidate's water; the baseline's is always the same. Smaller is higher. */
  readonly level: number;
  /** Where the boat is, by its middle. */
  readonly boat: number;
  readonly gateBottom: number;
}

const baselineLevel = 96;

const scenes: Readonly<Record<Mood, Scene>> = {
  promote: {
    says: 'A canal lock: the water stands level on both sides, the gate is open, the boat passes.',
    level: baselineLevel,
    boat: 188,
    gateBottom: 46,
  },
  hold: {
    says: 'A canal lock: nobody can tell yet whether the water stands level; the gate stays shut and the boat waits.',
    level: 122,
    boat: 92,
    gateBottom: 178,
  },
  reject: {
    says: 'A canal lock: the water of the candidate stands lower than that of the baseline; the gate is shut.',
    level: 140,
    boat: 92,
    gateBottom: 178,
  },
};

/** The verdict as a canal lock: the gate opens only when the water stands level on both sides. */
export function lockPicture(mood: Mood): Markup {
  const { says, level, boat, gateBottom } = scenes[mood];
  const isOpen = mood === 'promote';
  return html`<svg class="lock" viewBox="0 0 360 200" role="img" aria-label="${says}">
    <path class="tower" d="M165 190V26h6v164zM189 190V26h6v164z" />
    <path class="water low" d="${wave(0, isOpen ? 360 : 180, level)}V186H0z" />
    ${isOpen ? undefined : html`<path class="water high" d="${wave(180, 360, baselineLevel)}V156H180z" />`}
    ${gate(gateBottom)}
    <path class="beam" d="M156 18h48v9h-48z" />
    <circle class="beam" cx="180" cy="14" r="8" />
    <circle class="hub" cx="180" cy="14" r="3" />
    ${boatAt(boat, level)} ${isOpen ? undefined : difference(mood, level)}
    <path class="earth" d="M0 178h187v-26h173v48H0z" />
    <path
      class="stone"
      d="M187 152h173M187 164h173M0 178h187M0 190h360M210 152v12M250 152v12M290 152v12M330 152v12M30 178v12M70 178v12M110 178v12M150 178v12M228 164v14M268 164v14M308 164v14M348 164v14"
    />
    <text x="10" y="172">candidate</text>
    <text class="end" x="350" y="146">baseline</text>
  </svg>`;
}

/** Planks between the posts; what is lifted hides behind the beam. */
function gate(bottom: number): Markup {
  const top = Math.max(beamBottom, bottom - gateHeight);
  const planks = [24, 48, 72, 96].map((above) => bottom - above).filter((y) => y > top + 2);
  return html`<g class="gate">
    <rect x="173" y="${top}" width="14" height="${bottom - top}" />
    ${planks.map((y) => html`<path class="plank" d="M173 ${y}h14" />`)}
  </g>`;
}

const gateHeight = 112;
const beamBottom = 27;

/** A calm surface from left to right. */
function wave(from: number, to: number, level: number): string {
  const length = 24;
  const count = Math.ceil((to - from) / length);
  const width = (to - from) / count;
  return `M${from} ${level}${`q${(width / 2).toFixed(2)} -3 ${width.toFixed(2)} 0`.repeat(count)}`;
}

/** A barge with three boxes. */
function boatAt(middle: number, level: number): Markup {
  return html`<g class="boat" transform="translate(${middle} ${level})">
    <rect class="box a" x="-30" y="-21" width="18" height="14" />
    <rect class="box b" x="-11" y="-21" width="18" height="14" />
    <rect class="box c" x="-21" y="-35.5" width="18" height="14" />
    <path class="cabin" d="M22 -7v-16h16v16z" /><path class="pane" d="M26 -19h8v6h-8z" />
    <path class="hull" d="M-46 -7h100l-7 13q-2 4 -8 4h-68q-6 0 -9 -4z" />
  </g>`;
}

/** The line that the candidate has to reach, and how far it is from it. */
function difference(mood: Mood, level: number): Markup {
  return html`<g class="mark">
    <path class="dash" d="M4 ${baselineLevel}H172" />
    ${
      mood === 'hold'
        ? html`<text class="query" x="14" y="${baselineLevel + 19}">?</text>`
        : html`<path d="M20 ${level - 4}V${baselineLevel + 3}m-5 7l5 -7l5 7" />`
    }
  </g>`;
}
