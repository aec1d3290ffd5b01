import { digestSet, resourceJson, type Resource, type Statement } from './statement.ts';
import type { GateRecord, RecordedMember } from './gate-record.ts';
import { allowsPromotion, type SetVerdict } from './verdict.ts';

/** slsa.dev/spec/v1.1/verification_summary. */
const verificationSummaryType = 'https://slsa.dev/verification_summary/v1';

// Custom values are allowed as long as they do not begin with SLSA_: a gate verifies no level of SLSA.
const verifiedLevel = 'LOCKKEEPER_AT_LEAST_AS_GOOD';

export interface SummaryOrder {
  readonly record: GateRecord;
  readonly member: RecordedMember;
  readonly setVerdict: SetVerdict;
  /** The statements that the verdict on this member stands on. */
  readonly inputs: readonly Resource[];
}

/** Whether the gate lets this candidate take the name. A set is promoted whole, so the verdict on all of it counts. */
export function verificationSummary({ record, member, setVerdict, inputs }: SummaryOrder): Statement {
  const passed = allowsPromotion(setVerdict.verdict);
  return {
    predicateType: verificationSummaryType,
    subject: { name: member.image, digest: digestSet(member.candidate) },
    predicate: {
      verifier: { id: 'https://lockkeeper.dev/gate/v1', version: { lockkeeper: record.madeBy } },
      timeVerified: record.createdAt,
      resourceUri: `oci://${member.baselineReference}`,
      policy: {
        uri: 'https://lockkeeper.dev/gate-configuration/v1',
        digest: { ...digestSet(record.policy) },
      },
      inputAttestations: inputs.map(resourceJson),
      verificationResult: passed ? 'PASSED' : 'FAILED',
      verifiedLevels: [passed ? verifiedLevel : 'FAILED'],
      slsaVersion: '1.1',
    },
  };
}
