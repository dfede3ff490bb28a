/** The demo: simulated shoppers on and off, faster and slower, and what they left taken away. */
import { createEffect, createSignal, createUniqueId, on, onCleanup, Show, type JSX } from 'solid-js';
import type { DemoData, DemoRun } from '../../../core/services/demo/ports.ts';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { faultsOf } from '../../components/checks.ts';
import { Field } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { createSubmission } from '../../components/submission.ts';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { texts } from '../../texts.ts';
import { demoTexts as words } from '../texts/demo.ts';
import './demo-page.css';
import { DemoRemains } from './demo-remains.tsx';

const LOOK_MS = 1_500;

interface Status {
  readonly running: DemoRun | null;
  readonly data: DemoData;
}

export default function DemoPage(): JSX.Element {
  const status = createRemote<Status>(() => '/api/admin/demo');
  const timer = setInterval(() => {
    if (!document.hidden && status.data()?.running !== null) status.refetch();
  }, LOOK_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>} />
      <Show when={status.error()} keyed>
        {(error) => <Problem error={error} retry={status.refetch} />}
      </Show>
      <Show
        when={status.data()}
        fallback={
          <Show when={status.error() === null}>
            <ListSkeleton />
          </Show>
        }
      >
        {(now) => (
          <div class="demo">
            <section class="card" aria-label={words.title}>
              <Facts run={now().running} />
              <Controls run={now().running} onChanged={status.refetch} />
            </section>
            <DemoRemains data={now().data} isRunning={now().running !== null} onChanged={status.refetch} />
          </div>
        )}
      </Show>
    </>
  );
}

function Facts(props: { readonly run: DemoRun | null }): JSX.Element {
  const state = () => {
    if (props.run === null) return words.off;
    return props.run.stopping ? words.stopping : words.running;
  };
  return (
    <dl class="demo-facts" data-testid="demo-facts">
      <div>
        <dt>{words.state}</dt>
        <dd>
          <span class="status" classList={{ good: props.run?.stopping === false, wait: props.run?.stopping }}>
            {state()}
          </span>
        </dd>
      </div>
      <Show when={props.run}>
        {(run) => (
          <>
            <div>
              <dt>{words.since}</dt>
              <dd>
                <Moment at={run().startedAt} as="dayAndTime" />
              </dd>
            </div>
            <div>
              <dt>{words.placed}</dt>
              <dd class="figure" data-testid="demo-placed">
                {run().placed.toLocaleString('en')}
              </dd>
            </div>
            <div>
              <dt>{words.refused}</dt>
              <dd class="figure">{run().refused.toLocaleString('en')}</dd>
            </div>
          </>
        )}
      </Show>
    </dl>
  );
}

function Controls(props: { readonly run: DemoRun | null; readonly onChanged: () => void }): JSX.Element {
  const id = createUniqueId();
  const [rate, setRate] = createSignal('30');
  const [sales, setSales] = createSignal(true);
  const [stopFailure, setStopFailure] = createSignal<ApiError | null>(null);
  // What somebody types is left alone; another demo brings its own settings.
  createEffect(
    on(
      () => props.run?.startedAt,
      () => {
        if (props.run === null) return;
        setRate(String(props.run.ordersPerMinute));
        setSales(props.run.sales);
      },
    ),
  );
  const badRate = () => {
    const isRight = /^\d{1,3}$/.test(rate().trim()) && Number(rate()) >= 1 && Number(rate()) <= 600;
    return isRight ? undefined : words.badRate;
  };
  const submission = createSubmission(['ordersPerMinute'], () => faultsOf({ ordersPerMinute: badRate() }));
  const send = async () => {
    const before = props.run;
    await call('POST', '/api/admin/demo', { body: { ordersPerMinute: Number(rate()), sales: sales() } });
    confirmBriefly(before === null ? words.started : words.applied);
    props.onChanged();
  };
  const stop = async () => {
    setStopFailure(null);
    try {
      await call('DELETE', '/api/admin/demo');
      confirmBriefly(words.stopped);
    } catch (thrown) {
      setStopFailure(asApiError(thrown));
    }
    props.onChanged();
  };
  return (
    <form
      class="demo-controls"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submission.submit(event.currentTarget, send);
      }}
    >
      <Field
        label={words.rate}
        name="ordersPerMinute"
        inputMode="numeric"
        hint={words.rateHint}
        value={rate()}
        error={submission.faults().ordersPerMinute}
        onInput={(value) => {
          setRate(value);
          submission.touched('ordersPerMinute');
        }}
      />
      <label class="demo-check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={sales()}
          onChange={(event) => setSales(event.currentTarget.checked)}
        />
        {words.sales}
      </label>
      <Refusal submission={submission} />
      <Show when={stopFailure()} keyed>
        {(error) => <Problem error={error} title={texts.problem.title} />}
      </Show>
      <div class="actions">
        <WaitingButton
          class="primary"
          until={submission.failure()?.retryAt}
          busy={submission.busy() || props.run?.stopping === true}
        >
          {props.run === null ? words.start : words.apply}
        </WaitingButton>
        <Show when={props.run?.stopping === false}>
          <button type="button" class="button" onClick={() => void stop()}>
            {words.stop}
          </button>
        </Show>
      </div>
    </form>
  );
}
