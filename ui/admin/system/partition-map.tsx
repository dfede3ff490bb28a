import { createMemo, For, Index, Show, type JSX } from 'solid-js';
import type { HealthReport, PartitionHealth } from '../../../core/services/observation/report.ts';
import { systemTexts } from '../texts/system.ts';
import { millis, rate } from './measures.ts';

const { health: words } = systemTexts;
/** Frames in one queue from which its partition counts as behind. */
const BEHIND_FRAMES = 500;

/** Which process owns which partition, and how far each is behind. An owner's partitions commit together. */
export function PartitionMap(props: { readonly report: HealthReport }): JSX.Element {
  const owners = createMemo(() => {
    const groups = new Map<string, PartitionHealth[]>();
    for (const each of props.report.partitions) {
      const key = `${each.service} ${each.process ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return groups;
  });
  return (
    <section class="measures" id="partitions" aria-labelledby="partitions-title">
      <header>
        <h2 id="partitions-title">{words.partitions}</h2>
      </header>
      <For each={[...owners().keys()]}>{(key) => <Owner partitions={owners().get(key) ?? []} />}</For>
    </section>
  );
}

function Owner(props: { readonly partitions: readonly PartitionHealth[] }): JSX.Element {
  const first = () => props.partitions[0];
  return (
    <div class="owner">
      <p>
        <strong>{first()?.service}</strong>{' '}
        <Show when={first()?.process} fallback={<span class="status bad">{words.nobody}</span>}>
          {(process) => <span class="mono faint">{process()}</span>}
        </Show>
        <Show when={(first()?.batchMessages ?? 0) > 0}>
          <span class="faint figure">
            {words.columns.batch} {rate(first()?.batchMessages ?? 0)} · {words.columns.commitP99}{' '}
            {millis(first()?.commitP99Ms ?? null)}
          </span>
        </Show>
      </p>
      <ul class="partition-cells">
        <Index each={props.partitions}>
          {(each) => (
            <li
              classList={{
                free: each().process === null,
                // What is at rest by hand is behind on purpose.
                behind: !each().resting && (each().queued ?? 0) > BEHIND_FRAMES,
                resting: each().resting,
                some: (each().queued ?? 0) > 0,
              }}
              title={words.partition(each().partition, each().epoch, each().queued, each().resting)}
            >
              <b>{each().partition}</b>
              <span aria-hidden="true">e{each().epoch}</span>
              <Show when={(each().queued ?? 0) > 0}>
                <span class="lag">{each().queued}</span>
              </Show>
            </li>
          )}
        </Index>
      </ul>
    </div>
  );
}
