import type { FleetOrganisation } from '../model/fleet.ts';

/** What a forge tells of the repositories of many people at once. */
export interface Organisations {
  /**
   * All repositories that this account may see, but those that are archived or switched off, as `owner/name`, at most
   * `limits.fleetReposMax`.
   * @throws Failure `forge-*`; `forge-unknown` where there is no token for the server
   */
  repositories(organisation: FleetOrganisation): Promise<readonly string[]>;
}
