import { useParams, useSearchParams } from '@solidjs/router';
import { createEffect, For, onCleanup, Show, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { consoleTexts } from '../texts/console.ts';
import { isMoving, jobAbout, JobControls, jobName, JobProgress, JobState } from './job-parts.tsx';
import type { JobInFull, JobItem, Outcome } from './types.ts';
import '../../shop/list-page.css';
import './console.css';

const REFRESH_MS = 1_000;
const PAGE_ITEMS = 100;
const OUTCOMES: readonly Outcome[] = ['waiting', 'asked', 'done', 'failed'];

export default function JobPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const words = consoleTexts.jobs;
  const job = createRemote<JobInFull>(() => `/api/admin/jobs/${encodeURIComponent(params.id)}`);
  createEffect(() => {
    const known = job.data();
    if (known === undefined || !isMoving(known)) return;
    const timer = setInterval(job.refetch, REFRESH_MS);
    onCleanup(() => clearInterval(timer));
  });
  const title = () => {
    const known = job.data();
    return known === undefined ? words.title : jobName(known);
  };
  return (
    <>
      <PageHead
        title={title()}
        under={
          <p>
            <a href="/admin/jobs">{words.back}</a>
          </p>
        }
      >
        <Show when={job.data()}>{(known) => <JobControls job={known()} onChanged={job.refetch} />}</Show>
      </PageHead>
      <Show when={job.error()} keyed>
        {(error) => <Problem error={error} retry={job.refetch} />}
      </Show>
      <Show when={job.data()}>
        {(known) => (
          <>
            <Facts job={known()} />
            <Show when={known().kind === 'bulk'}>
              <Items job={known()} />
            </Show>
          </>
        )}
      </Show>
    </>
  );
}

function Facts(props: { readonly job: JobInFull }): JSX.Element {
  const words = consoleTexts.jobs;
  return (
    <div class="job-facts" data-testid="job">
      <p class="job-line">
        <JobState job={props.job} />
        <JobProgress job={props.job} />
      </p>
      <Show when={props.job.problem}>{(problem) => <p class="notice bad">{problem()}</p>}</Show>
      <dl class="facts">
        <Show when={props.job.reason}>
          {(reason) => (
            <div>
              <dt>{words.reason}</dt>
              <dd>{reason()}</dd>
            </div>
          )}
        </Show>
        <div>
          <dt>{words.about}</dt>
          <dd>{jobAbout(props.job)}</dd>
        </div>
        <div>
          <dt>{words.columns.by}</dt>
          <dd>
            {props.job.createdBy.email}, <Moment at={props.job.createdAt} as="dayAndTime" />
          </dd>
        </div>
        <Show when={props.job.file}>
          {(file) => (
            <div>
              <dt>{words.download}</dt>
              <dd>
                {sizeOf(file().bytes)},{' '}
                {words.expires(new Date(file().expiresAt).toLocaleDateString('en-GB'))}
              </dd>
            </div>
          )}
        </Show>
      </dl>
      <Show when={props.job.errors.length > 0}>
        <h2>{words.errors}</h2>
        <ul class="tallies" data-testid="errors">
          <For each={props.job.errors}>
            {({ message, count }) => (
              <li>
                <b class="figure">{count.toLocaleString('en')}</b> {message}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}

function Items(props: { readonly job: JobInFull }): JSX.Element {
  const words = consoleTexts.jobs;
  const [query, setQuery] = useSearchParams<{ outcome?: string }>();
  const outcome = () => OUTCOMES.find((one) => one === query.outcome);
  const items = createCursorList<JobItem>(
    (cursor) =>
      withQuery(`/api/admin/jobs/${props.job.id}/items`, {
        outcome: outcome(),
        limit: PAGE_ITEMS,
        cursor: cursor ?? undefined,
        // Read again once the job has come to its end.
        of: undefined,
      }),
    { keep: true },
  );
  createEffect(() => {
    if (!isMoving(props.job)) items.restart();
  });
  return (
    <section class="job-items">
      <div class="job-items-head">
        <h2>{words.items}</h2>
        <label class="inline-field">
          <span>{words.outcome}</span>
          <select
            class="select small"
            onChange={(event) =>
              setQuery({ outcome: event.currentTarget.value || undefined }, { replace: true })
            }
          >
            <option value="">{words.outcomes.any}</option>
            <For each={OUTCOMES}>
              {(one) => (
                <option value={one} selected={one === outcome()}>
                  {words.outcomes[one]}
                </option>
              )}
            </For>
          </select>
        </label>
      </div>
      <Show when={items.error()} keyed>
        {(error) => <Problem error={error} retry={items.restart} />}
      </Show>
      <Show when={items.items()?.length !== 0} fallback={<p class="faint">{words.noItems}</p>}>
        <div class="table-frame" tabIndex={0} role="region" aria-label={words.items}>
          <table class="table dense" data-testid="job-items">
            <thead>
              <tr>
                <th scope="col">{words.itemColumns.order}</th>
                <th scope="col">{words.itemColumns.outcome}</th>
                <th scope="col">{words.itemColumns.why}</th>
                <th scope="col">{words.itemColumns.at}</th>
              </tr>
            </thead>
            <tbody>
              <For each={items.items()}>{(item) => <ItemRow item={item} />}</For>
            </tbody>
          </table>
        </div>
      </Show>
      <Show when={items.next() !== null}>
        <div class="pager">
          <button type="button" class="button" onClick={items.more}>
            {words.more}
          </button>
        </div>
      </Show>
    </section>
  );
}

const ITEM_TONES: Readonly<Record<Outcome, string>> = {
  waiting: 'plain',
  asked: 'wait',
  done: 'good',
  failed: 'bad',
};

function ItemRow(props: { readonly item: JobItem }): JSX.Element {
  const why = () => {
    const { message, effect } = props.item;
    return message ?? (effect === null ? '' : consoleTexts.bulk.effects[effect]);
  };
  return (
    <tr>
      <td>
        <a class="mono" href={`/admin/orders?order=${encodeURIComponent(props.item.orderId)}`}>
          {shortId(props.item.orderId)}
        </a>
      </td>
      <td>
        <span class={`status ${ITEM_TONES[props.item.outcome]}`}>
          {consoleTexts.jobs.outcomes[props.item.outcome]}
        </span>
      </td>
      <td>{why()}</td>
      <td>
        <Show when={props.item.at}>{(at) => <Moment at={at()} as="clock" />}</Show>
      </td>
    </tr>
  );
}

const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

function sizeOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? 'B'}`;
}
