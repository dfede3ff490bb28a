import Pause from 'lucide-solid/icons/pause';
import Play from 'lucide-solid/icons/play';
import { Show, type JSX } from 'solid-js';
import { sagaTexts } from '../texts/sagas.ts';

/** Whether a page follows what happens, and the way to hold it still. */
export function LiveSwitch(props: {
  readonly paused: boolean;
  /** The last reading failed. */
  readonly stale: boolean;
  readonly onPaused: (paused: boolean) => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="button small live-switch"
      classList={{ paused: props.paused, stale: props.stale && !props.paused }}
      aria-pressed={props.paused}
      aria-label={
        props.paused ? `${sagaTexts.paused}: ${sagaTexts.resume}` : `${sagaTexts.live}: ${sagaTexts.pause}`
      }
      title={props.stale ? sagaTexts.stale : undefined}
      data-testid="live"
      onClick={() => props.onPaused(!props.paused)}
    >
      <i class="pulse" aria-hidden="true" />
      {props.paused ? sagaTexts.paused : sagaTexts.live}
      <Show when={props.paused} fallback={<Pause size={14} aria-hidden="true" />}>
        <Play size={14} aria-hidden="true" />
      </Show>
    </button>
  );
}
