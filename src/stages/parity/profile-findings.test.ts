import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnowledgeFiles } from '../../adapters/knowledge/files.ts';
import { parityGround, type MadeBuilder } from '../../../test/support/parity-ground.ts';
import { resolveProfile } from '../../flows/platform-profile.ts';
import { readConfig } from '../../model/config.ts';
import { parsePlatform } from '../../model/platform.ts';
import type { Ceiling, SeenOffer } from '../../model/parity-watch.ts';
import type { ProfileFinding } from '../../model/profile-finding.ts';
import { ceilingsOf } from './ceilings.ts';
import { profileFindings } from './profile-findings.ts';

const packs = (...names: readonly string[]): MadeBuilder => ({
  buildpacks: names.map((name) => {
    const [id = '', version = ''] = name.split('@');
    return { id, version };
  }),
  order: [[names[0]?.split('@')[0] ?? '']],
});

async function findings(
  yaml: string,
  builders: Readonly<Record<string, MadeBuilder>>,
): Promise<readonly ProfileFinding[]> {
  const made = parityGround();
  for (const [tag, builder] of Object.entries(builders)) await made.pushBuilder(`r.test/b:${tag}`, builder);
  const [source] = readConfig(`version: 1\nplatforms:\n  p:\n${yaml}`, 'lockkeeper.yaml', '/r').platforms;
  assert.ok(source !== undefined);
  const watching = { observe: () => undefined, signal: undefined };
  const profile = await resolveProfile(source, parsePlatform('linux/amd64'), made.tools, watching);
  const known = await new KnowledgeFiles().of(['heroku/python', 'x/y', '../odd']);
  return profileFindings(profile, known, '2026-03-31T12:00:00Z');
}

test('a platform of one channel that is up to date has nothing to know', async () => {
  const yaml =
    '    ci: a\n    channels: { a: { builder: "r.test/b:1", upstream: "r.test/b:1", valid-until: 2026-03-31 } }\n';
  assert.deepEqual(await findings(yaml, { 1: packs('heroku/python@2.7.0') }), []);
});

test('channels that are one digest, are past their date, or are not what CI builds with', async () => {
  const yaml = `    deploys: [a, c]
    ci: b
    channels:
      a: { builder: "r.test/b:1", valid-until: 2026-03-01 }
      b: { builder: "r.test/b:1" }
      c: { builder: "r.test/b:2" }
`;
  const found = await findings(yaml, { 1: packs('heroku/python@2.7.0'), 2: packs('heroku/python@0.26.1') });
  assert.deepEqual(
    found.map((each) => (each.kind === 'same-digest' ? { ...each, digest: '' } : each)),
    [
      { kind: 'same-digest', channels: ['a', 'b'], digest: '' },
      { kind: 'expired', channel: 'a', until: '2026-03-01', days: 30 },
      { kind: 'ci-differs', ci: 'b', deploys: ['c'] },
    ],
  );
});

test('a builder behind upstream: which buildpacks, which versions, and for how long as far as the data tells', async () => {
  const yaml = '    channels: { a: { builder: "r.test/b:1", upstream: "r.test/b:2" } }\n';
  const found = await findings(yaml, {
    1: packs('heroku/python@0.26.1', 'x/y@1.0.0', 'same/one@1.0.0', 'only/here@1.0.0', 'odd/one@main'),
    2: packs('heroku/python@2.7.1', 'x/y@1.10.0', 'x/y@1.9.0', 'same/one@1.0.0', 'odd/one@next'),
  });
  assert.deepEqual(found, [
    {
      kind: 'behind',
      channel: 'a',
      buildpacks: [
        { id: 'heroku/python', have: '0.26.1', offered: '2.7.1', since: '2025-05-02', days: 333 },
        { id: 'x/y', have: '1.0.0', offered: '1.10.0', since: undefined, days: undefined },
      ],
    },
  ]);
});

test('a ceiling is the lowest of the newest, and ends with its channel or after a month', () => {
  const offer: Omit<SeenOffer, 'channel'> = {
    runtime: 'python',
    by: 'heroku/python 1',
    series: ['3.13', '3.12'],
    validUntil: undefined,
    toldOn: '2026-01-31',
  };
  const ceilingOf = (
    runtime: SeenOffer['runtime'],
    offers: readonly SeenOffer[],
    today: string,
  ): Ceiling | undefined => {
    const pin = { file: 'f', field: 'f', runtime, text: '1', harmed: [] };
    const state = {
      seenAt: '',
      channels: [],
      offers: offers.map((each) => ({ ...each, runtime })),
      repos: [{ path: '.', seenOn: today, pins: [pin, pin] }],
    };
    const [found, ...others] = ceilingsOf(state, today);
    assert.deepEqual(others, []);
    return found;
  };
  const ceiling = ceilingOf(
    'python',
    [
      { ...offer, channel: 'new', series: ['3.14', '3.13'] },
      { ...offer, channel: 'old' },
      { ...offer, channel: 'mute', series: [] },
    ],
    '2026-01-31',
  );
  assert.deepEqual([ceiling?.below, ceiling?.until], ['3.14', '2026-03-02']);
  assert.equal(ceiling?.reason, 'heroku/python 1 on old has python up to 3.13.');
  const ends = (validUntil: string): string | undefined =>
    ceilingOf('node', [{ ...offer, channel: 'a', series: ['26'], validUntil }], '2026-01-31')?.until;
  assert.deepEqual(
    [ends('2026-02-10'), ends('2026-01-01'), ends('2027-01-01')],
    ['2026-02-10', '2026-03-02', '2026-03-02'],
  );
  assert.equal(ceilingOf('node', [{ ...offer, channel: 'a', series: [] }], '2026-01-31'), undefined);
  const stale = (today: string): string | undefined =>
    ceilingOf('node', [{ ...offer, channel: 'a' }], today)?.until;
  assert.deepEqual([stale('2026-03-02'), stale('2026-03-03')], ['2026-03-02', undefined]);
});
