import type { Change } from '../../model/change.ts';
import type { GateUnit } from '../../model/gate-report.ts';
import type { ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { shownPackage } from '../change/shown-package.ts';
import { byWeight, versionsText } from '../change/words.ts';
import { reportLimits } from './report-limits.ts';
import { line } from './words.ts';

/** What of a change stands in the report of a gate; `diff` tells all of it. */
export function shownChange({
  class: kind,
  settings,
  layers,
  source,
  contents,
}: Change): NonNullable<ReportSuite['change']> {
  const said = { class: kind, settings: [...settings], layers, ...(source !== undefined && { source }) };
  if (contents === undefined) return said;
  const packages = byWeight(contents.packages.map(shownPackage)).slice(0, reportLimits.changePackagesMax);
  const noise = contents.files.filter((file) => file.noise !== undefined).length;
  return {
    ...said,
    packages: [...packages],
    packagesLeftOut: contents.packages.length - packages.length,
    files: { differ: contents.files.length - noise, noise },
  };
}

export function withLeads(finding: ReportFinding, leads: GateUnit['leads']): ReportFinding {
  const own = leads?.get(finding.test) ?? [];
  return own.length === 0 ? finding : { ...finding, leads: own.map((lead) => ({ ...lead })) };
}

/** `libssl3 3.0.11 → 3.2.1`; those that need a look first, and how many there are beside them. Foreign text. */
export function namedPackages({ packages = [], packagesLeftOut = 0 }: NonNullable<ReportSuite['change']>): {
  readonly named: readonly string[];
  readonly rest: number;
} {
  const shown = packages.slice(0, reportLimits.changeNamedMax);
  return {
    named: shown.map((each) => line(`${each.name} ${versionsText(each)} (${each.kind})`, 120)),
    rest: packages.length - shown.length + packagesLeftOut,
  };
}

/** Says of itself that it is a hint. */
export function leadText({ what, change, because }: NonNullable<ReportFinding['leads']>[number]): string {
  return `${line(what, 160)} (${line(change, 100)}): ${line(because, 260)}`;
}

export const leadTitle = 'A hint where to look, not a proof';
