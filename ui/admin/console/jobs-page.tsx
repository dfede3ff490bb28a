import { createEffect, createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import type { Page } from '../../api/types.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { consoleTexts } from '../texts/console.ts';
import { isMoving, jobAbout, JobControls, jobName, JobProgress, JobState } from './job-parts.tsx';
import type { Job } from './types.ts';
import '../../shop/list-page.css';
import './console.css';

const PAGE_JOBS = 50;
/** While something moves, and while nothing does. */
const LIVELY_MS = 1_000;
const QUIET_MS = 10_000;

export default function JobsPage(): JSX.Element {
  const words = consoleTexts.jobs;
  const [cursor, setCursor] = createSignal<string | undefined>(undefined);
  const page = createRemote<Page<Job>>(
    () => withQuery('/api/admin/jobs', { limit: PAGE_JOBS, cursor: cursor() }),
    {
      keep: true,
    },
  );
  createEffect(() => {
    const lively = page.data()?.items.some(isMoving) === true;
    const timer = setInterval(page.refetch, lively ? LIVELY_MS : QUIET_MS);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>} />
      <Show when={page.error()} keyed>
        {(error) => <Problem error={error} retry={page.refetch} />}
      </Show>
      <Switch>
        <Match when={page.data()?.items.length === 0}>
          <Empty title={words.emptyTitle} body={words.empty}>
            <a class="button" href="/admin/orders">
              {consoleTexts.title}
            </a>
          </Empty>
        </Match>
        <Match when={page.data()}>
          {(data) => <JobTable jobs={data().items} onChanged={page.refetch} />}
        </Match>
        <Match when={page.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <div class="pager">
        <Show when={cursor() !== undefined}>
          <button type="button" class="button" onClick={() => setCursor(undefined)}>
            {words.newest}
          </button>
        </Show>
        <Show when={page.data()?.nextCursor} keyed>
          {(next) => (
            <button type="button" class="button" onClick={() => setCursor(next)}>
              {words.older}
            </button>
          )}
        </Show>
      </div>
    </>
  );
}

function JobTable(props: { readonly jobs: readonly Job[]; readonly onChanged: () => void }): JSX.Element {
  const { columns, title } = consoleTexts.jobs;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={title}>
      <table class="table jobs" data-testid="jobs">
        <thead>
          <tr>
            <th scope="col">{columns.job}</th>
            <th scope="col">{columns.state}</th>
            <th scope="col">{columns.progress}</th>
            <th scope="col" class="amount">
              {columns.done}
            </th>
            <th scope="col" class="amount">
              {columns.failed}
            </th>
            <th scope="col">{columns.started}</th>
            <th scope="col">
              <span class="unseen">{consoleTexts.jobs.outcome}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.jobs}>
            {(job) => (
              <tr>
                <td>
                  <a href={`/admin/jobs/${job.id}`}>{jobName(job)}</a>
                  <span class="soft">{job.reason ?? jobAbout(job)}</span>
                </td>
                <td>
                  <JobState job={job} />
                </td>
                <td>
                  <JobProgress job={job} />
                </td>
                <td class="amount figure">{job.done.toLocaleString('en')}</td>
                <td class="amount figure">{job.failed.toLocaleString('en')}</td>
                <td>
                  <Moment at={job.createdAt} as="dayAndTime" />
                  <span class="soft">{job.createdBy.email}</span>
                </td>
                <td>
                  <JobControls job={job} onChanged={props.onChanged} />
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
