import type { ForgeId } from './forge-id.ts';
import type { ForgeMarker } from './forge-marker.ts';

/** An issue that we opened and nobody has closed yet. */
export interface Issue {
  readonly id: ForgeId;
  readonly url: string;
  readonly title: string;
  /** Without the marker. */
  readonly body: string;
}

export interface IssueOrder {
  /** One issue a marker: what it is about. */
  readonly marker: ForgeMarker;
  readonly title: string;
  readonly body: string;
}
