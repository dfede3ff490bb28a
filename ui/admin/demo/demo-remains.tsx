/** What demos have left, and the way to be rid of it: step by step, for orders may still be under way. */
import { createSignal, onCleanup, Show, type JSX } from 'solid-js';
import type { DemoData, DemoRemoval } from '../../../core/services/demo/ports.ts';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Problem } from '../../components/problem.tsx';
import { demoTexts } from '../texts/demo.ts';

const { data: words, confirm } = demoTexts;
/** Orders under way are given this long before the next step. */
const WAIT_MS = 1_500;

export function DemoRemains(props: {
  readonly data: DemoData;
  readonly isRunning: boolean;
  readonly onChanged: () => void;
}): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  const [removed, setRemoved] = createSignal<number | null>(null);
  const [rest, setRest] = createSignal(0);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const removing = () => removed() !== null;
  const isEmpty = () => props.data.accounts + props.data.orders + props.data.sales === 0;
  const [paused, setPaused] = createSignal(false);
  onCleanup(() => setPaused(true));

  const remove = async () => {
    setAsking(false);
    setFailure(null);
    setPaused(false);
    setRemoved(0);
    setRest(props.data.orders);
    try {
      while (!paused()) {
        const step = await call<DemoRemoval>('POST', '/api/admin/demo/removal');
        setRemoved((count) => (count ?? 0) + step.removed);
        setRest((count) => Math.max(step.left + step.underWay, count - step.removed));
        if (step.done) {
          confirmBriefly(words.gone);
          break;
        }
        if (step.left === 0) await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setRemoved(null);
    props.onChanged();
  };
  return (
    <section class="card" aria-labelledby="demo-remains">
      <h2 id="demo-remains">{words.title}</h2>
      <p class="faint">{isEmpty() ? words.none : words.body}</p>
      <Show when={!isEmpty()}>
        <dl class="demo-facts" data-testid="demo-data">
          <div>
            <dt>{words.orders}</dt>
            <dd class="figure">{props.data.orders.toLocaleString('en')}</dd>
          </div>
          <div>
            <dt>{words.accounts}</dt>
            <dd class="figure">{props.data.accounts.toLocaleString('en')}</dd>
          </div>
          <div>
            <dt>{words.sales}</dt>
            <dd class="figure">{props.data.sales.toLocaleString('en')}</dd>
          </div>
        </dl>
        <Show when={failure()} keyed>
          {(error) => <Problem error={error} />}
        </Show>
        <div class="actions">
          <Show
            when={removing()}
            fallback={
              <button
                type="button"
                class="button danger"
                aria-disabled={props.isRunning}
                onClick={() => {
                  if (!props.isRunning) setAsking(true);
                }}
              >
                {words.remove}
              </button>
            }
          >
            <button type="button" class="button" onClick={() => setPaused(true)}>
              {words.interrupt}
            </button>
            <span class="faint figure" role="status">
              {words.progress(removed() ?? 0, rest())}
            </span>
          </Show>
          <Show when={props.isRunning}>
            <span class="faint">{words.stopFirst}</span>
          </Show>
        </div>
      </Show>
      <Show when={asking()}>
        <Dialog title={confirm.title} onClose={() => setAsking(false)} onSubmit={() => void remove()}>
          <p>{confirm.body(props.data.orders, props.data.accounts)}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => setAsking(false)}>
              {confirm.cancel}
            </button>
            <button type="submit" class="button danger primary">
              {confirm.remove}
            </button>
          </div>
        </Dialog>
      </Show>
    </section>
  );
}
