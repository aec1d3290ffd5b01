import { canonicalJson } from '../../base/canonical-json.ts';
import { Failure } from '../../base/failure.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Candidate } from '../../model/candidate.ts';
import type { Config } from '../../model/definition.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { GateRecord, RecordedMember } from '../../model/gate-record.ts';
import { formatReference } from '../../model/reference.ts';
import { suiteDigest, type Suite } from '../../model/suite.ts';
import { waiverJson } from '../../model/waiver-schema.ts';

export interface RequiredEvidence {
  readonly config: Pick<Config, 'images' | 'suites' | 'gate' | 'waivers'>;
  readonly bundle: Bundle;
  readonly record: GateRecord;
  readonly evidences: readonly Evidence[];
}

/**
 * A verdict is worth what it looked at: each suite that guards an image now must have tried each of its platforms, on
 * exactly these digests, as the configuration in force says. No evidence may lie there that nothing asks for, either.
 * @throws Failure `verdict-missing`
 */
export function requireEvidence({ config, bundle, record, evidences }: RequiredEvidence): void {
  if (record.set !== bundle.set)
    throw missing(`the verdict is on the set ${record.set}, and the bundle is the set ${bundle.set}`);
  const left = new Set(evidences);
  for (const candidate of bundle.members) {
    const definition = config.images.find(({ name }) => name === candidate.image);
    const member = record.members.find(({ image }) => image === candidate.image);
    if (definition === undefined || member === undefined)
      throw missing(`nothing is recorded of ${candidate.image}, or the config does not name it`);
    checkMember(member, candidate, formatReference(definition.baseline));
    for (const { platform } of candidate.platforms) {
      for (const name of definition.suites) {
        const suite = config.suites.find((each) => each.name === name);
        const found = evidences.find(
          (each) => each.image === candidate.image && each.platform === platform && each.suite === name,
        );
        const unit = `${name} on ${platform} of ${candidate.image}`;
        if (suite === undefined || found === undefined) throw missing(`there is no evidence of ${unit}`);
        checkRules(found, suite, config, unit);
        left.delete(found);
      }
    }
  }
  const [foreign] = left;
  if (foreign === undefined) return;
  const { suite, platform, image } = foreign;
  throw missing(`there is evidence that the config does not ask for: ${suite} on ${platform} of ${image}`);
}

function checkMember(member: RecordedMember, { image, platforms }: Candidate, baseline: string): void {
  if (member.baselineReference !== baseline)
    throw missing(
      `the verdict on ${image} compares with ${member.baselineReference}, the config with ${baseline}`,
    );
  const listed = (all: RecordedMember['candidatePlatforms']): string =>
    canonicalJson(all.map(({ platform, manifest }) => `${platform} ${manifest}`).toSorted());
  if (listed(member.candidatePlatforms) !== listed(platforms))
    throw missing(`the verdict on ${image} is on other images than the bundle holds`);
  const [only] = member.baselinePlatforms;
  if ((member.baseline === undefined) !== (only === undefined))
    throw missing(`the verdict on ${image} does not say which images its baseline stands for`);
}

/** The suite as it is configured now, and the rule: evidence could name a laxer one than the digest of the policy covers. */
function checkRules(
  evidence: Evidence,
  suite: Suite,
  { gate, waivers }: Pick<Config, 'gate' | 'waivers'>,
  unit: string,
): void {
  if (evidence.suiteDigest !== suiteDigest(suite))
    throw missing(`the evidence of ${unit} is of another suite (${evidence.suiteDigest})`);
  const found = canonicalJson(rulesOf(evidence, evidence.rule));
  const wanted = canonicalJson(
    rulesOf(
      {
        oneBit: suite.results.format === 'exit-status',
        mustPass: suite.mustPass,
        preflight: suite.command.kind === 'shell',
        sentinel: suite.sentinel !== undefined,
      },
      gate.rule,
    ),
  );
  if (found !== wanted) throw missing(`the evidence of ${unit} was gathered by another rule`);
  const known = new Set(waivers.map((waiver) => canonicalJson(waiverJson(waiver))));
  if (!evidence.waivers.every((waiver) => known.has(canonicalJson(waiverJson(waiver)))))
    throw missing(`a waiver counted in ${unit} that the config does not hold`);
}

function rulesOf(
  { oneBit, mustPass, preflight, sentinel }: Pick<Evidence, 'oneBit' | 'mustPass' | 'preflight' | 'sentinel'>,
  rule: Evidence['rule'],
) {
  return { oneBit, mustPass, preflight, sentinel, rule: { ...rule } };
}

function missing(why: string): Failure {
  return new Failure('verdict-missing', why, {
    hint: 'Run `lockkeeper gate` on this bundle, with the same lockkeeper.yaml.',
  });
}
