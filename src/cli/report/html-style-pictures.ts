/** The lock, the timeline and the bars. */
export const picturesStyle = `
.lock { width: 100%; height: auto; display: block; }
.lock .water { fill: var(--water); }
.lock .high { fill: var(--water-deep); }
.promote .lock .low { fill: var(--water); }
.lock .earth { fill: var(--earth); }
.lock .stone { stroke: var(--stone); stroke-width: 1.2; fill: none; }
.lock .tower { fill: var(--iron); opacity: 0.7; }
.lock .beam { fill: var(--iron); }
.lock .hub { fill: var(--paper); }
.lock .gate rect { fill: var(--wood); }
.lock .plank { stroke: var(--iron); stroke-width: 1; opacity: 0.6; }
.lock .hull { fill: var(--iron); }
.lock .cabin { fill: var(--mood); }
.lock .pane { fill: var(--sky); }
.lock .box.a { fill: var(--confirm); }
.lock .box.b { fill: var(--errors); }
.lock .box.c { fill: var(--sentinel); }
.lock .mark path { fill: none; stroke: var(--mood); stroke-width: 2; }
.lock .mark .dash { stroke-dasharray: 5 4; }
.lock text { fill: #fff; font: 600 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.lock .end { text-anchor: end; }
.lock .query { fill: var(--mood); font-size: 22px; }

.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin: 0.5rem 0 0.75rem; color: var(--muted); font-size: 0.875rem; }
.legend b { color: var(--ink); font-weight: 600; }
.key { width: 14px; height: 12px; margin-right: 0.35rem; vertical-align: -1px; }
.step-preflight { fill: var(--preflight); }
.step-sentinel { fill: var(--sentinel); }
.step-screen { fill: var(--screen); }
.step-errors { fill: var(--errors); }
.step-confirm { fill: var(--confirm); }
rect.bad { stroke: var(--reject); stroke-width: 2; }
.key .bad { fill: none; }
.axis, .unit { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); align-items: center; }
.unit { padding: 0.4rem 0 0.5rem; border-top: 1px solid var(--line); }
.unit h3 { grid-column: 1 / -1; font-size: 0.9375rem; font-weight: 600; }
.lane { color: var(--muted); font-size: 0.8125rem; }
.ticks, .bars { width: 100%; height: 22px; display: block; overflow: visible; }
.bars { height: 20px; }
.rail { stroke: var(--line); stroke-width: 1; }
.ticks line { stroke: var(--muted); stroke-width: 1; }
.ticks text { fill: var(--muted); font-size: 11px; }
.ticks .middle { text-anchor: middle; }
.ticks .end { text-anchor: end; }
.blind { max-width: 34rem; margin-top: 0.5rem; }
.blind th[scope="row"] { font-weight: 400; width: 11rem; }
.blind svg { width: 60%; max-width: 14rem; height: 12px; margin-right: 0.5rem; vertical-align: -1px; }
.blind .all { fill: var(--line); }
.blind .missed { fill: var(--hold); }
`;
