/** What rests by hand, and how to let it go on. */
import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import type { PauseView } from '../../../core/services/operations/ports.ts';
import { asApiError, call, type ApiError } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { Field } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { createSubmission } from '../../components/submission.ts';
import '../../shop/list-page.css';
import { repairTexts } from '../texts/repairs.ts';
import { poll } from './polling.ts';

const { pauses: words } = repairTexts;
const SERVICES = ['orders', 'inventory', 'payments', 'shipping', 'notifications', 'intelligence'] as const;
const EVERY_MS = 3_000;

export default function PausesPage(): JSX.Element {
  const pauses = createRemote<{ readonly items: readonly PauseView[] }>(() => '/api/ops/pauses', {
    keep: true,
  });
  const [asking, setAsking] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  poll(
    () => pauses.refetch(),
    () => EVERY_MS,
    () => !asking(),
  );
  const resume = async (pause: PauseView) => {
    try {
      await call('DELETE', `/api/ops/pauses/${encodeURIComponent(pause.id)}`);
      setFailure(null);
      confirmBriefly(words.resumed(pause.service));
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    pauses.refetch();
  };
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>}>
        <button type="button" class="button primary" onClick={() => setAsking(true)}>
          {words.pause}
        </button>
      </PageHead>
      <Show when={failure() ?? pauses.error()} keyed>
        {(error) => <Problem error={error} retry={pauses.refetch} />}
      </Show>
      <Switch>
        <Match when={pauses.data()?.items.length === 0}>
          <Empty title={words.none} body={words.noneBody} />
        </Match>
        <Match when={pauses.data()}>
          {(known) => <PauseTable items={known().items} onResume={(pause) => void resume(pause)} />}
        </Match>
      </Switch>
      <Show when={asking()}>
        <PauseDialog
          onClose={() => setAsking(false)}
          onPaused={(pause) => {
            setAsking(false);
            confirmBriefly(words.paused(pause.service));
            pauses.refetch();
          }}
        />
      </Show>
    </>
  );
}

function PauseTable(props: {
  readonly items: readonly PauseView[];
  readonly onResume: (pause: PauseView) => void;
}): JSX.Element {
  const { columns } = words;
  const what = ({ kind, partition }: PauseView) =>
    [kind, partition === null ? null : words.partitionName(partition)]
      .filter((each) => each !== null)
      .join(', ');
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.title}>
      <table class="table" data-testid="pauses">
        <thead>
          <tr>
            <th scope="col">{columns.what}</th>
            <th scope="col">{columns.since}</th>
            <th scope="col">{columns.reason}</th>
            <th scope="col">{columns.by}</th>
            <th scope="col">
              <span class="unseen">{columns.act}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(pause) => (
              <tr>
                <td>
                  <strong>{pause.service}</strong> <span class="faint">{what(pause) || words.all}</span>
                </td>
                <td>
                  <Moment at={pause.at} as="dayAndTime" />
                </td>
                <td>{pause.reason}</td>
                <td class="mono faint">{shortId(pause.by)}</td>
                <td>
                  <button type="button" class="button small" onClick={() => props.onResume(pause)}>
                    {words.resume}
                  </button>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function PauseDialog(props: {
  readonly onClose: () => void;
  readonly onPaused: (pause: PauseView) => void;
}): JSX.Element {
  const [service, setService] = createSignal<string>(SERVICES[0]);
  const [kind, setKind] = createSignal('');
  const [partition, setPartition] = createSignal('');
  const [reason, setReason] = createSignal('');
  const submission = createSubmission(['service', 'kind', 'partition', 'reason'], () => ({
    ...(/^\d{0,4}$/.test(partition().trim()) ? {} : { partition: words.badPartition }),
    ...(reason().trim() === '' ? { reason: repairTexts.noReason } : {}),
  }));
  const send = async () => {
    const pause = await call<PauseView>('POST', '/api/ops/pauses', {
      body: {
        service: service(),
        ...(kind().trim() === '' ? {} : { kind: kind().trim() }),
        ...(partition().trim() === '' ? {} : { partition: Number(partition()) }),
        reason: reason().trim(),
      },
    });
    props.onPaused(pause);
  };
  return (
    <Dialog
      title={words.pauseTitle}
      onClose={props.onClose}
      onSubmit={(form) => void submission.submit(form, send)}
    >
      <label class="field">
        <span class="field-label">{words.service}</span>
        <select class="select" name="service" onChange={(event) => setService(event.currentTarget.value)}>
          <For each={SERVICES}>{(each) => <option value={each}>{each}</option>}</For>
        </select>
      </label>
      <Field
        label={words.kind}
        name="kind"
        value={kind()}
        onInput={setKind}
        optional
        hint={words.kindHint}
        error={submission.faults().kind}
      />
      <Field
        label={words.partition}
        name="partition"
        inputMode="numeric"
        value={partition()}
        onInput={(value) => {
          setPartition(value);
          submission.touched('partition');
        }}
        optional
        hint={words.partitionHint}
        error={submission.faults().partition}
      />
      <Field
        label={repairTexts.reason}
        name="reason"
        value={reason()}
        onInput={(value) => {
          setReason(value);
          submission.touched('reason');
        }}
        error={submission.faults().reason}
      />
      <Refusal submission={submission} />
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {words.cancel}
        </button>
        <WaitingButton until={submission.failure()?.retryAt} busy={submission.busy()}>
          {words.do}
        </WaitingButton>
      </div>
    </Dialog>
  );
}
