import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, registry, tap, type World } from '../../test/support/world.ts';
import { isFailure, type FailureCode } from '../base/failure.ts';
import { digestOf } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import { descriptorOf } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { formatVerdictDocument, type VerdictDocument } from '../model/verdict-document.ts';
import { attachArtifact, type ArtifactLayer } from '../ports/artifact.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { readBundle } from './open-bundle.ts';
import { planPromotion } from './promote.ts';
import { judgeAgain, readVerdict, type StoredVerdict } from './read-verdict.ts';
import { verdictFiles } from './verdict-files.ts';

const configText = `
version: 1
images:
  ci:
    baseline: ${registry}/ci:latest
    image: ${registry}/ci:next
    suites: [unit, smoke]
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
  smoke: { command: sh smoke.sh, source: source, results: { format: tap, stdout: true } }
`;

interface Judged extends World {
  readonly bundle: string;
  readonly read: (bundle?: string) => Promise<StoredVerdict>;
  readonly plan: () => Promise<unknown>;
  /** Stores another record with the candidate, as somebody would who holds the bundle and this program. */
  readonly forge: (change: (stored: Stored) => Stored, files?: Tamper) => Promise<void>;
}

type Stored = Pick<StoredVerdict, 'document' | 'evidences'>;
type Tamper = (files: readonly ArtifactLayer[]) => readonly ArtifactLayer[];

/** A bundle whose candidate drops a test, and so was rejected. */
async function judged(t: TestContext): Promise<Judged> {
  const world = await makeWorld(t, configText);
  const { config, tools, watching, push, behave } = world;
  const baseline = await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  behave(baseline, () => ({ stdout: tap({ works: true, 'gets lost': true, flaky: true }) }));
  behave(candidate, (_spec, run) => ({ stdout: tap({ works: true, flaky: run % 2 === 0 }) }));
  const bundle = path.join(world.folder, 'bundle');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  await gate(
    { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined },
    tools,
    watching,
  );
  const read = async (folder = bundle): Promise<StoredVerdict> => {
    const layout = await tools.layouts.open(folder);
    const stored = await readVerdict(layout, await readBundle(layout));
    assert.ok(stored);
    return stored;
  };
  return {
    ...world,
    bundle,
    read,
    plan: () => planPromotion({ config, bundle, approval: undefined }, tools),
    forge: async (change, tamper = (files) => files) => {
      const layout = await tools.layouts.open(bundle);
      const { document: changed, evidences } = change(await read());
      const createdAt = '2099-01-01T00:00:00.000Z';
      const document = { ...changed, record: { ...changed.record, createdAt } };
      const [member] = document.record.members;
      assert.ok(member);
      await attachArtifact(layout, {
        subject: descriptorOf(await layout.manifest(candidate)),
        artifactType: mediaTypes.verdict,
        layers: tamper(verdictFiles(document, member, evidences)),
        createdAt,
      });
    },
  };
}

function fails(code: FailureCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isFailure(error, code), String(error));
    assert.match(error.message, message);
    return true;
  };
}

/** The verdict that the forged evidence really gives. */
function consistent(document: VerdictDocument, evidences: readonly Evidence[]): Stored {
  return { document: judgeAgain(document, evidences), evidences };
}

test('a stored verdict follows from its evidence byte for byte, wherever the bundle went', async (t) => {
  const story = await judged(t);
  const elsewhere = path.join(story.folder, 'elsewhere');
  await cp(story.bundle, elsewhere, { recursive: true });
  const { bytes, document, evidences } = await story.read(elsewhere);
  assert.equal(document.setVerdict.verdict.kind, 'reject: regression');
  assert.deepEqual(formatVerdictDocument(document), new Uint8Array(bytes));
  assert.equal(evidences.length, 2);
  assert.ok(
    document.setVerdict.members[0]?.suites.some(({ findings }) =>
      findings.some(({ kind }) => kind === 'same'),
    ),
  );
});

test('the statements are there under their predicates, and the summary names all others', async (t) => {
  const story = await judged(t);
  const { artifacts } = await story.read();
  const statements = artifacts[0]?.layers.filter(({ mediaType }) => mediaType === mediaTypes.statement) ?? [];
  assert.deepEqual(
    statements.map(({ annotations }) => [
      annotations?.['org.opencontainers.image.title'],
      annotations?.['in-toto.io/predicate-type'],
    ]),
    [
      ['unit/linux-amd64/baseline-test-result.json', 'https://in-toto.io/attestation/test-result/v0.1'],
      ['unit/linux-amd64/candidate-test-result.json', 'https://in-toto.io/attestation/test-result/v0.1'],
      ['unit/linux-amd64/comparison.json', 'https://lockkeeper.dev/attestation/image-comparison/v1'],
      ['smoke/linux-amd64/baseline-test-result.json', 'https://in-toto.io/attestation/test-result/v0.1'],
      ['smoke/linux-amd64/candidate-test-result.json', 'https://in-toto.io/attestation/test-result/v0.1'],
      ['smoke/linux-amd64/comparison.json', 'https://lockkeeper.dev/attestation/image-comparison/v1'],
      ['verification-summary.json', 'https://slsa.dev/verification_summary/v1'],
    ],
  );
});

test('a verdict that was turned from reject to promote promotes nothing', async (t) => {
  const story = await judged(t);
  await story.forge(({ document, evidences }) => {
    const promote = { ...document.setVerdict.verdict, kind: 'promote' } as const;
    const members = document.setVerdict.members.map((member) => ({
      ...member,
      verdict: promote,
      suites: member.suites.map((suite) => ({ ...suite, verdict: promote })),
    }));
    return { document: { ...document, setVerdict: { verdict: promote, members } }, evidences };
  });
  await assert.rejects(
    story.plan(),
    fails('verdict-differs', /stored is "promote", the evidence gives "reject: regression"/),
  );
});

test('a statement that says something else than the evidence promotes nothing', async (t) => {
  const story = await judged(t);
  await story.forge(
    (stored) => stored,
    (files) =>
      files.map((file) =>
        file.title === 'verification-summary.json'
          ? { ...file, bytes: Buffer.from(Buffer.from(file.bytes).toString().replaceAll('FAILED', 'PASSED')) }
          : file,
      ),
  );
  await assert.rejects(story.plan(), fails('verdict-differs', /does not follow from its evidence/));
});

/** Evidence that promotes: the lost test and the flaky one never were. */
function withoutTheLost({ document, evidences }: Stored): Stored {
  const kept = evidences.map((evidence) => ({
    ...evidence,
    trials: evidence.trials
      .filter(({ step }) => step !== 'confirm')
      .map((trial) => ({
        ...trial,
        end: { kind: 'exited', status: 0 } as const,
        observations: trial.observations.filter(({ parts }) => parts.name === 'works'),
      })),
  }));
  return consistent(document, kept);
}

for (const [why, code, message, change] of [
  [
    'a suite is missing',
    'verdict-missing',
    /no evidence of smoke on linux\/amd64 of ci/,
    ({ document, evidences }: Stored) => consistent(document, evidences.slice(0, 1)),
  ],
  [
    'another suite was run under the name',
    'verdict-missing',
    /is of another suite/,
    ({ document, evidences }: Stored) =>
      consistent(
        document,
        evidences.map((each) => ({ ...each, suiteDigest: digestOf('another') })),
      ),
  ],
  [
    'a laxer rule was judged by',
    'verdict-missing',
    /by another rule/,
    ({ document, evidences }: Stored) =>
      consistent(
        document,
        evidences.map((each) => ({ ...each, rule: { ...each.rule, lostCoverage: 'allow' as const } })),
      ),
  ],
  [
    'a waiver counted that nobody wrote',
    'verdict-missing',
    /a waiver counted in unit on linux\/amd64 of ci that the config does not hold/,
    ({ document, evidences }: Stored) => {
      const until = { kind: 'day', day: '2099-01-01' } as const;
      const waiver = { test: '*', image: 'ci', suite: undefined, author: 'Eve', reason: 'because', until };
      return consistent(
        document,
        evidences.map((each) => ({ ...each, waivers: [waiver] })),
      );
    },
  ],
  [
    'it is of another set',
    'verdict-missing',
    /is on the set another/,
    ({ document, evidences }: Stored) =>
      consistent({ ...document, record: { ...document.record, set: 'another' } }, evidences),
  ],
  [
    'its baseline is said to be a first one',
    'verdict-missing',
    /does not say which images its baseline stands for/,
    ({ document, evidences }: Stored) => {
      const members = document.record.members.map((member) => ({ ...member, baselinePlatforms: [] }));
      const absolute = evidences.map((evidence) => ({
        ...evidence,
        baseline: undefined,
        trials: evidence.trials.filter(({ side }) => side === 'candidate'),
      }));
      return consistent({ ...document, record: { ...document.record, members } }, absolute);
    },
  ],
] as const) {
  test(`nothing is promoted by evidence of which ${why}`, async (t) => {
    const story = await judged(t);
    await story.forge((stored) => change(withoutTheLost(stored)));
    await assert.rejects(story.plan(), fails(code, message));
  });
}

for (const [why, change] of [
  ['of another candidate', (each: Evidence) => ({ ...each, candidate: digestOf('foreign') })],
  ['of another baseline', (each: Evidence) => ({ ...each, baseline: digestOf('foreign') })],
  [
    'with a run of another image',
    (each: Evidence) => ({
      ...each,
      trials: each.trials.map((trial) => ({ ...trial, image: digestOf('foreign') })),
    }),
  ],
  ['with a run twice', (each: Evidence) => ({ ...each, trials: [...each.trials, ...each.trials] })],
  ['of a platform that the gate did not see', (each: Evidence) => ({ ...each, platform: 'linux/arm64' })],
] as const) {
  test(`evidence ${why} is not judged`, async (t) => {
    const story = await judged(t);
    await story.forge(({ document, evidences }) => ({ document, evidences: evidences.map(change) }));
    await assert.rejects(story.plan(), fails('content-refused', /the evidence is refused/));
  });
}

test('whoever forges the evidence itself is believed: a bundle is only as good as the job that made it', async (t) => {
  const story = await judged(t);
  await assert.rejects(story.plan(), fails('verdict-forbids', /reject: regression/));
  await story.forge(withoutTheLost);
  assert.equal((await story.read()).document.setVerdict.verdict.kind, 'promote');
  await story.plan();
});
