import type { Landed } from '../stores/landed.ts';
import type { Report, Watcher } from './invariants.ts';

/** I7: asked of the lease itself, at the moment of each commit. */
export class FenceWatcher implements Watcher {
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  onCommit(landed: Landed): void {
    if (landed.kind !== 'commit') return;
    const { service, commit } = landed;
    for (const { partition, epoch, owner, heldEpoch } of landed.fences) {
      if (epoch === heldEpoch && owner === commit.owner) continue;
      this.report(
        'I7',
        `${commit.owner} wrote to ${service} ${String(partition)} at epoch ${String(epoch)}; ` +
          `${String(owner)} holds it at ${String(heldEpoch)}`,
      );
    }
  }
}
