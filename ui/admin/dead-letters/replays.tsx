/** Replays that are under way, and those that ended last. */
import { createEffect, createSignal, For, onCleanup, Show, type JSX } from 'solid-js';
import type { Replay } from '../../../core/services/dead-letters/ports.ts';
import { asApiError, call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Moment } from '../../components/moment.tsx';
import { texts } from '../../texts.ts';
import { letterTexts as words } from '../texts/dead-letters.ts';

const LOOK_MS = 1_000;
const SHOWN = 5;

/** `version` changes when there may be a new one; `onProgress` is told whenever letters have moved. */
export function Replays(props: { readonly version: number; readonly onProgress: () => void }): JSX.Element {
  const replays = createRemote<{ readonly items: readonly Replay[] }>(
    () => `/api/ops/dead-letters/replays?seen=${String(props.version)}`,
    { keep: true },
  );
  const moved = () =>
    (replays.data()?.items ?? []).reduce((sum, each) => sum + each.replayed + each.returned, 0);
  let movedBefore: number | undefined;
  createEffect(() => {
    const now = moved();
    if (movedBefore !== undefined && now !== movedBefore) props.onProgress();
    movedBefore = now;
  });
  const timer = setInterval(() => {
    if (!document.hidden && replays.data()?.items.some(isUnderWay) === true) replays.refetch();
  }, LOOK_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <Show when={(replays.data()?.items.length ?? 0) > 0}>
      <section class="replays" aria-labelledby="replays">
        <h2 id="replays">{words.replays.title}</h2>
        <ul data-testid="replays">
          <For each={replays.data()?.items.slice(0, SHOWN)}>
            {(replay) => <ReplayRow replay={replay} onStopped={replays.refetch} />}
          </For>
        </ul>
      </section>
    </Show>
  );
}

function isUnderWay({ finishedAt }: Replay): boolean {
  return finishedAt === null;
}

function ReplayRow(props: { readonly replay: Replay; readonly onStopped: () => void }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const done = () => props.replay.replayed + props.replay.returned;
  const state = () => {
    if (!isUnderWay(props.replay)) return words.replays.over;
    return props.replay.stopping ? words.replays.stopping : words.replays.running;
  };
  const stop = async () => {
    setBusy(true);
    try {
      await call('DELETE', `/api/ops/dead-letters/replays/${encodeURIComponent(props.replay.id)}`);
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
    props.onStopped();
  };
  return (
    <li class="replay" data-state={isUnderWay(props.replay) ? 'running' : 'over'}>
      <span class="status" classList={{ wait: isUnderWay(props.replay), good: !isUnderWay(props.replay) }}>
        {state()}
      </span>
      <span class="replay-words">
        <span class="replay-reason">{props.replay.reason}</span>
        <span class="faint figure">
          {words.replays.progress(props.replay.replayed, props.replay.total)}
          <Show when={props.replay.returned > 0}> · {words.replays.returned(props.replay.returned)}</Show>
          {' · '}
          <Moment at={props.replay.createdAt} as="dayAndTime" />
        </span>
      </span>
      <progress
        max={Math.max(1, props.replay.total)}
        value={done()}
        aria-label={words.replays.of(props.replay.replayed, props.replay.total)}
      />
      <Show when={isUnderWay(props.replay) && !props.replay.stopping}>
        <button type="button" class="button small" aria-disabled={busy()} onClick={() => void stop()}>
          {words.replays.stop}
        </button>
      </Show>
    </li>
  );
}
