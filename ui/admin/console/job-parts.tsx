/** What the list of jobs and the page of one have in common. */
import Download from 'lucide-solid/icons/download';
import { createSignal, Show, type JSX } from 'solid-js';
import { asApiError, call } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import type { Job } from './types.ts';

const TONES: Readonly<Record<Job['state'], string>> = {
  collecting: 'wait',
  running: 'wait',
  paused: 'brass',
  cancelling: 'brass',
  cancelled: 'plain',
  done: 'good',
  failed: 'bad',
};

export function isMoving({ state }: Pick<Job, 'state'>): boolean {
  return state === 'collecting' || state === 'running' || state === 'cancelling';
}

export function jobName({ action }: Pick<Job, 'action'>): string {
  return consoleTexts.jobs.kinds[action ?? 'export'];
}

export function JobState(props: { readonly job: Job }): JSX.Element {
  // Over is not the same as done: what could not be done is said in the same breath.
  const inPart = () => props.job.state === 'done' && props.job.failed > 0;
  return (
    <span class={`status ${inPart() ? 'brass' : TONES[props.job.state]}`}>
      {inPart() ? consoleTexts.jobs.inPart : consoleTexts.jobs.states[props.job.state]}
    </span>
  );
}

/** Done and not done against all there is; what is still to come is the rest of the bar. */
export function JobProgress(props: { readonly job: Job }): JSX.Element {
  const words = consoleTexts.jobs;
  const total = () => props.job.total ?? 0;
  const over = () => props.job.done + props.job.failed;
  const share = (count: number) => `${String(total() === 0 ? 0 : (100 * count) / total())}%`;
  const number = (count: number) => count.toLocaleString('en');
  return (
    <div class="job-progress">
      <div
        class="bar"
        role="progressbar"
        aria-label={words.progress}
        aria-valuemin={0}
        aria-valuemax={total()}
        aria-valuenow={over()}
      >
        <i class="good" style={{ width: share(props.job.done) }} />
        <i class="bad" style={{ width: share(props.job.failed) }} />
      </div>
      <span class="figure faint">
        {words.of(number(over()), props.job.total === null ? '…' : number(total()))}
      </span>
    </div>
  );
}

export function JobControls(props: { readonly job: Job; readonly onChanged: () => void }): JSX.Element {
  const words = consoleTexts.jobs;
  const [busy, setBusy] = createSignal(false);
  const ask = async (wish: 'pause' | 'resume' | 'cancel') => {
    if (busy()) return;
    setBusy(true);
    try {
      await call('POST', `/api/admin/jobs/${props.job.id}/${wish}`, { body: {} });
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
    props.onChanged();
  };
  const can = (...states: readonly Job['state'][]) => states.includes(props.job.state);
  return (
    <div class="actions">
      <Show when={can('running', 'collecting')}>
        <button type="button" class="button small" aria-disabled={busy()} onClick={() => void ask('pause')}>
          {words.pause}
        </button>
      </Show>
      <Show when={can('paused')}>
        <button type="button" class="button small" aria-disabled={busy()} onClick={() => void ask('resume')}>
          {words.resume}
        </button>
      </Show>
      <Show when={can('running', 'collecting', 'paused')}>
        <button
          type="button"
          class="button small danger"
          aria-disabled={busy()}
          onClick={() => void ask('cancel')}
        >
          {words.cancel}
        </button>
      </Show>
      <Show when={props.job.downloadUrl}>
        {(url) => (
          <a class="button small" href={url()} download="orders.csv" rel="external">
            <Download size={15} aria-hidden="true" /> {words.download}
          </a>
        )}
      </Show>
    </div>
  );
}

/** Which orders, in words. */
export function jobAbout({ filter, kind }: Job): string {
  if (filter === null) return kind === 'bulk' ? consoleTexts.jobs.byIds : consoleTexts.jobs.everything;
  const parts = Object.entries(filter).map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? consoleTexts.jobs.everything : parts.join(', ');
}
