/** Which step's details are shown, and when they are read. */
import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import type { SagaGraph as Graph, SagaStep } from '../../../core/services/sagas/ports.ts';
import { createRemote } from '../../api/remote.ts';
import { Problem } from '../../components/problem.tsx';
import { StepDetail } from './step-detail.tsx';

/** While somebody drags the slider, details are read for where it rests. */
const AFTER_MS = 70;
/** Living so long a log again takes a moment: what takes none is shown meanwhile. */
const LONG_STEPS = 1_000;

export function StepDetails(props: {
  readonly kind: string;
  readonly id: string;
  readonly seq: number;
  readonly graph: Graph | undefined;
  readonly onSeq: (seq: number) => void;
}): JSX.Element {
  const [resting, setResting] = createSignal(props.seq);
  createEffect(
    on(
      () => props.seq,
      (seq) => {
        // The first one at once.
        const timer = setTimeout(() => setResting(seq), resting() === 0 ? 0 : AFTER_MS);
        onCleanup(() => clearTimeout(timer));
      },
    ),
  );
  const path = () =>
    `/api/ops/sagas/${props.kind}/${encodeURIComponent(props.id)}/steps/${String(resting())}`;
  const whole = createRemote<SagaStep>(() => (resting() === 0 ? undefined : path()), { keep: true });
  const quick = createRemote<SagaStep>(() => (resting() > LONG_STEPS ? `${path()}?replay=0` : undefined), {
    keep: true,
  });
  const step = () => {
    const [known, first] = [whole.data(), quick.data()];
    return known?.seq !== resting() && first?.seq === resting() ? first : known;
  };
  return (
    <>
      <Show when={whole.error()} keyed>
        {(error) => <Problem error={error} retry={whole.refetch} />}
      </Show>
      <Show when={step()} fallback={<span class="skeleton detail-wait" />}>
        {(data) => <StepDetail step={data()} graph={props.graph} onSeq={props.onSeq} />}
      </Show>
    </>
  );
}
