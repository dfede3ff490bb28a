/** Where a list goes on: behind this time and id. */
export interface EventPlace {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly id: string;
}
