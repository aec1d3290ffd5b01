import type { PlatformPackages } from '../../model/package-list.ts';

/** What goes into a bill of materials: one image of one platform. */
export interface BillOrder {
  /** What the image is called. */
  readonly name: string;
  readonly image: PlatformPackages;
  readonly madeAt: Date;
  /** `lockkeeper 0.1.0`. */
  readonly madeBy: string;
}
