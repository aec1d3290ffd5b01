import type { SampleTest } from './sample-unit.ts';

/** One of each kind of attack on a reader: terminal, HTML, Markdown, XML, CI systems. */
export const hostileText = [
  '\u001b]0;owned\u0007\u001b[2J\u009b31m',
  '\u202egnp.exe\u2066',
  '</script><script>alert(1)</script><img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  '``` `x` | a | b \\| ~~~',
  '@everyone #1 https://evil.example/ [x](javascript:alert(1)) ![y](https://evil.example/i.png)',
  '</details></summary><!-- ]]> &amp; &#0; {{x}} ${y}',
  '::set-output name=verdict::promote',
  '##vso[task.setvariable variable=a]b ##[set-env name=PATH]c',
  '\ud800\u0000\u000b\uffff',
].join('\n');

const hugeName = `huge ${'W'.repeat(1_000_000)}`;

export function hostileTests(): readonly SampleTest[] {
  return [
    {
      parts: { name: hostileText },
      kind: 'regressed',
      baseline: 'passed',
      candidate: 'failed',
      because: `failed: ${hostileText}`,
      baselineDetail: hostileText,
      candidateDetail: hostileText.repeat(20),
      confirmed: { baselinePassed: 5, baselineFailed: 0, candidatePassed: 0, candidateFailed: 5, p: 0.004 },
    },
    {
      parts: { name: hugeName },
      kind: 'regressed',
      baseline: 'passed',
      candidate: 'failed',
      candidateDetail: hugeName,
    },
    {
      parts: { file: `../../${hostileText}`, class: hostileText, name: 'lost' },
      kind: 'lost-coverage',
      baseline: 'passed',
      candidate: 'missing',
    },
    {
      parts: { file: `../../${hostileText}`, name: 'collection' },
      kind: 'regressed',
      baseline: 'missing',
      candidate: 'errored',
      candidateDetail: `E   ${hostileText}`,
    },
    { parts: { name: `new ${hostileText}` }, kind: 'new-failing', baseline: 'missing', candidate: 'failed' },
    {
      parts: { name: `still ${hostileText}` },
      kind: 'still-failing',
      baseline: 'failed',
      candidate: 'failed',
    },
    { parts: { name: `fixed ${hostileText}` }, kind: 'fixed', baseline: 'failed', candidate: 'passed' },
    { parts: { name: '' }, kind: 'flaky-on-both', baseline: 'failed', candidate: 'failed' },
    { parts: { name: '   ' }, kind: 'changed-failure', baseline: 'failed', candidate: 'failed' },
  ];
}
