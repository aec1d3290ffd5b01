import { contentCases } from './cases/content.ts';
import { elsewhereCases } from './cases/elsewhere.ts';
import { loginCases } from './cases/login.ts';
import { manifestCases } from './cases/manifests.ts';
import { statusCases } from './cases/status.ts';
import { takingCases } from './cases/taking.ts';
import { transportCases } from './cases/transport.ts';
import type { HostileCase } from './hostile-case.ts';

/** Every way in which a registry is known to harm its clients, each with the failure that it must end in. */
export const allCases: readonly HostileCase[] = [
  ...transportCases,
  ...statusCases,
  ...elsewhereCases,
  ...loginCases,
  ...manifestCases,
  ...contentCases,
  ...takingCases,
];
