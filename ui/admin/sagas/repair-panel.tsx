/**
 * Repairing a saga by hand: what it waits for, what can be done, what that would change, and what became of it.
 * What was previewed is what is sent: a change of any field takes the preview away.
 */
import X from 'lucide-solid/icons/x';
import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from 'solid-js';
import type {
  RepairAccepted,
  RepairCommand,
  RepairOperation,
  RepairPreview,
  RepairView,
  SagaView,
} from '../../../core/services/orders/repair-ports.ts';
import { call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { announce } from '../../components/announcer.tsx';
import { Field } from '../../components/field.tsx';
import { Refusal } from '../../components/form.tsx';
import { Moment } from '../../components/moment.tsx';
import { Problem, WaitingButton } from '../../components/problem.tsx';
import { createSubmission, type Faults } from '../../components/submission.ts';
import { repairTexts as words } from '../texts/repairs.ts';
import { poll } from './polling.ts';
import { RepairForecast } from './repair-forecast.tsx';
import { SagaNow } from './saga-now.tsx';
import { sagaTexts } from '../texts/sagas.ts';
import './repair-panel.css';

const OUTCOME_MS = 400;
type Name = 'operation' | 'step' | 'changes' | 'reason' | 'acknowledge';

export function RepairPanel(props: {
  readonly kind: string;
  readonly id: string;
  /** Rises with the saga: what can be done may have changed. */
  readonly version: number;
  readonly onClose: () => void;
}): JSX.Element {
  const path = () => `/api/ops/sagas/${props.kind}/${encodeURIComponent(props.id)}`;
  const saga = createRemote<SagaView>(path, { keep: true });
  createEffect(
    on(
      () => props.version,
      () => saga.refetch(),
      { defer: true },
    ),
  );
  const [sent, setSent] = createSignal<string>();
  const outcome = () => saga.data()?.repairs.find(({ repairId }) => repairId === sent());
  poll(
    () => saga.refetch(),
    () => OUTCOME_MS,
    () => sent() !== undefined && outcome() === undefined,
  );
  createEffect(() => {
    const known = outcome();
    if (known !== undefined) announce(words.outcome[known.outcome]);
  });
  return (
    <section class="card side-card repair" aria-labelledby="repair-head" data-testid="repair">
      <header class="side-head">
        <h2 id="repair-head">{words.title}</h2>
        <button type="button" class="icon-button" aria-label={words.close} onClick={() => props.onClose()}>
          <X size={18} aria-hidden="true" />
        </button>
      </header>
      <Show when={saga.error()} keyed>
        {(error) => <Problem error={error} retry={saga.refetch} />}
      </Show>
      <Show when={saga.data()} fallback={<span class="skeleton line" />}>
        {(known) => (
          <>
            <SagaNow saga={known()} />
            <Show
              when={sent() !== undefined}
              fallback={<RepairForm saga={known()} path={path()} onSent={setSent} />}
            >
              <Show when={outcome()} fallback={<p role="status">{words.sent}</p>}>
                {(became) => <Outcome of={became()} onAnother={() => setSent(undefined)} />}
              </Show>
            </Show>
            <Show when={known().repairs.length > 0}>
              <h3>{words.history}</h3>
              <ul class="repairs">
                <For each={known().repairs}>
                  {(repair) => (
                    <li>
                      <span class={`status ${repair.outcome === 'done' ? 'good' : 'bad'}`}>
                        {words.outcome[repair.outcome]}
                      </span>
                      <span>
                        {words.operations[repair.operation]}{' '}
                        <span class="faint">{repair.why ?? repair.reason}</span>
                      </span>
                      <Moment at={repair.at} as="dayAndTime" />
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </>
        )}
      </Show>
    </section>
  );
}

function Outcome(props: { readonly of: RepairView; readonly onAnother: () => void }): JSX.Element {
  return (
    <div class="notice" classList={{ bad: props.of.outcome === 'refused' }} data-testid="repair-outcome">
      <strong>{words.outcome[props.of.outcome]}</strong>
      <p>{props.of.why ?? words.operations[props.of.operation]}</p>
      <div class="actions">
        <button type="button" class="button small" onClick={() => props.onAnother()}>
          {words.another}
        </button>
      </div>
    </div>
  );
}

function RepairForm(props: {
  readonly saga: SagaView;
  readonly path: string;
  readonly onSent: (repairId: string) => void;
}): JSX.Element {
  const [operation, setOperation] = createSignal<RepairOperation | undefined>();
  const [step, setStep] = createSignal('');
  const [request, setRequest] = createSignal('');
  const [changes, setChanges] = createSignal('{}');
  const [reason, setReason] = createSignal('');
  const [acknowledged, setAcknowledged] = createSignal(false);
  const [preview, setPreview] = createSignal<RepairPreview>();
  const possible = createMemo(() => props.saga.operations.filter((each) => each.possible));
  const chosen = createMemo(() => possible().find((each) => each.operation === operation()) ?? possible()[0]);
  const steps = () => chosen()?.steps ?? [];
  const chosenStep = () => (steps().some((each) => each.step === step()) ? step() : (steps()[0]?.step ?? ''));
  // What was previewed no longer is what one would send.
  createEffect(
    on([chosen, chosenStep, request, changes, () => props.saga.version], () => setPreview(undefined), {
      defer: true,
    }),
  );

  const command = (): RepairCommand => {
    const what = chosen()?.operation ?? 'resend';
    switch (what) {
      case 'resend':
        return { operation: what, ...(request() === '' ? {} : { messageId: request() }) };
      case 'skip':
      case 'restart':
        return { operation: what, step: chosenStep() };
      case 'edit':
        return { operation: what, changes: JSON.parse(changes()) as object };
      default:
        return { operation: what };
    }
  };
  const check = (): Faults<Name> => {
    if (chosen()?.operation === 'edit' && !isJson(changes())) return { changes: words.badJson };
    if (preview() === undefined) return {};
    return {
      ...(reason().trim() === '' ? { reason: words.noReason } : {}),
      ...((preview()?.warnings.length ?? 0) > 0 && !acknowledged()
        ? { acknowledge: words.mustAcknowledge }
        : {}),
    };
  };
  const submission = createSubmission<Name>(['operation', 'step', 'changes', 'reason', 'acknowledge'], check);
  const send = async () => {
    const known = preview();
    if (known === undefined) {
      const forecast = await call<RepairPreview>('POST', `${props.path}/repair/preview`, { body: command() });
      setAcknowledged(false);
      setPreview(forecast);
      announce(words.previewTitle);
      return;
    }
    const { repairId } = await call<RepairAccepted>('POST', `${props.path}/repair`, {
      body: {
        ...command(),
        reason: reason().trim(),
        expectedVersion: known.expectedVersion,
        ...(known.warnings.length > 0 ? { acknowledge: true } : {}),
      },
    });
    props.onSent(repairId);
  };

  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submission.submit(event.currentTarget, send);
      }}
    >
      <label class="field">
        <span class="field-label">{words.operation}</span>
        <select
          class="select"
          name="operation"
          onChange={(event) => setOperation(event.currentTarget.value as RepairOperation)}
        >
          <For each={props.saga.operations}>
            {(each) => (
              <option value={each.operation} disabled={!each.possible} selected={each === chosen()}>
                {each.why === null
                  ? words.operations[each.operation]
                  : words.notPossible(words.operations[each.operation], each.why)}
              </option>
            )}
          </For>
        </select>
      </label>
      <Show when={steps().length > 0}>
        <label class="field">
          <span class="field-label">{words.step}</span>
          <select class="select" name="step" onChange={(event) => setStep(event.currentTarget.value)}>
            <For each={steps()}>
              {(each) => (
                <option value={each.step} selected={each.step === chosenStep()}>
                  {sagaTexts.state(each.step)}
                </option>
              )}
            </For>
          </select>
          <span class="hint">{steps().find((each) => each.step === chosenStep())?.meaning}</span>
        </label>
      </Show>
      <Show when={chosen()?.operation === 'resend' && props.saga.requests.length > 1}>
        <label class="field">
          <span class="field-label">{words.request}</span>
          <select class="select" name="request" onChange={(event) => setRequest(event.currentTarget.value)}>
            <option value="">{words.allRequests}</option>
            <For each={props.saga.requests}>
              {(each) => (
                <option value={each.messageId}>
                  {each.type} {each.subject}
                </option>
              )}
            </For>
          </select>
        </label>
      </Show>
      <Show when={chosen()?.operation === 'edit'}>
        <label class="field">
          <span class="field-label">{words.changes}</span>
          <textarea
            class="input mono"
            name="changes"
            rows={6}
            spellcheck={false}
            aria-invalid={submission.faults().changes !== undefined}
            value={changes()}
            onInput={(event) => {
              setChanges(event.currentTarget.value);
              submission.touched('changes');
            }}
          />
          <Show when={submission.faults().changes} fallback={<span class="hint">{words.changesHint}</span>}>
            <span class="wrong">{submission.faults().changes}</span>
          </Show>
        </label>
      </Show>
      <Show when={preview()}>
        {(known) => (
          <>
            <RepairForecast preview={known()} />
            <Show when={known().warnings.length > 0}>
              <div class="notice wait" data-testid="repair-warnings">
                <strong>{words.warnings}</strong>
                <ul>
                  <For each={known().warnings}>{(warning) => <li>{warning}</li>}</For>
                </ul>
                <label class="check">
                  <input
                    type="checkbox"
                    name="acknowledge"
                    checked={acknowledged()}
                    aria-invalid={submission.faults().acknowledge !== undefined}
                    onChange={(event) => {
                      setAcknowledged(event.currentTarget.checked);
                      submission.touched('acknowledge');
                    }}
                  />
                  {words.acknowledge}
                </label>
                <Show when={submission.faults().acknowledge}>
                  <span class="wrong">{submission.faults().acknowledge}</span>
                </Show>
              </div>
            </Show>
            <Field
              label={words.reason}
              name="reason"
              value={reason()}
              hint={words.reasonHint}
              error={submission.faults().reason}
              onInput={(value) => {
                setReason(value);
                submission.touched('reason');
              }}
            />
          </>
        )}
      </Show>
      <Refusal submission={submission} />
      <WaitingButton until={submission.failure()?.retryAt} busy={submission.busy()}>
        {preview() === undefined ? words.preview : words.send}
      </WaitingButton>
    </form>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
