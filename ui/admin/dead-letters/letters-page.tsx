/** Dead letters: by cause, or one by one; the address says which. */
import { useSearchParams } from '@solidjs/router';
import RefreshCw from 'lucide-solid/icons/refresh-cw';
import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import type { LetterGroup } from '../../../core/services/dead-letters/ports.ts';
import { call } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import '../../shop/list-page.css';
import { letterTexts as words } from '../texts/dead-letters.ts';
import { DecisionDialog, type Decided } from './decision-dialog.tsx';
import './dead-letters.css';
import { LetterList } from './letter-list.tsx';
import { Replays } from './replays.tsx';

type Deciding = { readonly decision: 'replay' | 'discard'; readonly group: LetterGroup } | null;

export default function LettersPage(): JSX.Element {
  const [query] = useSearchParams<{ group?: string; state?: string; view?: string }>();
  const [version, setVersion] = createSignal(0);
  const [deciding, setDeciding] = createSignal<Deciding>(null);
  const groups = createRemote<{ readonly groups: readonly LetterGroup[] }>(() => '/api/ops/dead-letters');
  const group = () => groups.data()?.groups.find((each) => each.group === query.group);
  const oneByOne = () => query.group !== undefined || query.view === 'all';
  const changed = () => {
    groups.refetch();
    setVersion((count) => count + 1);
  };
  const decide = async ({ decision, group: of }: NonNullable<Deciding>, decided: Decided) => {
    const { reason, ratePerSecond } = decided;
    if (decision === 'replay') {
      await call('POST', '/api/ops/dead-letters/replay', {
        body: { group: of.group, reason, ratePerSecond },
      });
      confirmBriefly(words.begun);
    } else {
      const body = { group: of.group, reason };
      const answer = await call<{ discarded: number }>('POST', '/api/ops/dead-letters/discard', { body });
      confirmBriefly(words.discarded(answer.discarded));
    }
    changed();
  };
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>}>
        <div class="tools">
          <button type="button" class="icon-button" aria-label={words.refresh} onClick={changed}>
            <RefreshCw size={17} aria-hidden="true" />
          </button>
        </div>
      </PageHead>
      <nav class="letter-views" aria-label={words.views.label}>
        <a href="/admin/dead-letters" aria-current={oneByOne() ? undefined : 'page'}>
          {words.views.causes}
        </a>
        <a href="/admin/dead-letters?view=all" aria-current={query.view === 'all' ? 'page' : undefined}>
          {words.views.all}
        </a>
      </nav>
      <Show when={groups.error()} keyed>
        {(error) => <Problem error={error} retry={groups.refetch} />}
      </Show>
      <Show
        when={oneByOne()}
        fallback={
          <Switch>
            <Match when={groups.data()?.groups.length === 0}>
              <Empty title={words.emptyTitle} body={words.empty} />
            </Match>
            <Match when={groups.data()}>
              {(data) => <GroupTable groups={data().groups} onDecide={setDeciding} />}
            </Match>
            <Match when={groups.error() === null}>
              <ListSkeleton />
            </Match>
          </Switch>
        }
      >
        <Show when={group()}>{(here) => <GroupHead group={here()} onDecide={setDeciding} />}</Show>
        <LetterList group={query.group} version={version()} />
      </Show>
      <Replays version={version()} onProgress={groups.refetch} />
      <Show when={deciding()} keyed>
        {(now) => (
          <DecisionDialog
            decision={now.decision}
            count={now.group.count}
            queue={queuesOf(now.group)}
            send={(decided) => decide(now, decided)}
            onClose={() => setDeciding(null)}
          />
        )}
      </Show>
    </>
  );
}

function queuesOf({ queues }: LetterGroup): string {
  return queues.length === 1 ? (queues[0] ?? '') : words.queues(queues.length);
}

function GroupHead(props: {
  readonly group: LetterGroup;
  readonly onDecide: (deciding: Deciding) => void;
}): JSX.Element {
  return (
    <div class="group-head">
      <p>
        <strong class="mono">{props.group.code}</strong>{' '}
        <span class="mono">{props.group.type ?? words.noType}</span>{' '}
        <span class="faint">
          {words.count(props.group.count)} · {queuesOf(props.group)}
        </span>
      </p>
      <Decisions {...props} />
    </div>
  );
}

function Decisions(props: {
  readonly group: LetterGroup;
  readonly onDecide: (deciding: Deciding) => void;
}): JSX.Element {
  const decide = (decision: 'replay' | 'discard') => props.onDecide({ decision, group: props.group });
  return (
    <div class="actions">
      <button type="button" class="button small" onClick={() => decide('replay')}>
        {words.replayAll}
      </button>
      <button type="button" class="button small danger" onClick={() => decide('discard')}>
        {words.discardAll}
      </button>
    </div>
  );
}

function GroupTable(props: {
  readonly groups: readonly LetterGroup[];
  readonly onDecide: (deciding: Deciding) => void;
}): JSX.Element {
  const { columns } = words;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={words.views.causes}>
      <table class="table" data-testid="letter-groups">
        <thead>
          <tr>
            <th scope="col">{columns.cause}</th>
            <th scope="col">{columns.type}</th>
            <th scope="col">{columns.queue}</th>
            <th scope="col" class="amount">
              {columns.count}
            </th>
            <th scope="col">{columns.first}</th>
            <th scope="col">{columns.last}</th>
            <th scope="col">{columns.action}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.groups}>
            {(group) => (
              <tr>
                <td>
                  <a class="mono" href={`/admin/dead-letters?group=${group.group}`}>
                    {group.code}
                  </a>
                </td>
                <td class="mono">{group.type ?? <span class="faint">{words.noType}</span>}</td>
                <td title={group.queues.join(', ')}>
                  <span class="mono">{group.queues.length === 1 ? group.queues[0] : group.service}</span>
                  <Show when={group.queues.length > 1}>
                    <span class="faint"> · {words.queues(group.queues.length)}</span>
                  </Show>
                </td>
                <td class="amount figure">{group.count.toLocaleString('en')}</td>
                <td>
                  <Moment at={group.firstAt} as="dayAndTime" />
                </td>
                <td>
                  <Moment at={group.lastAt} as="dayAndTime" />
                </td>
                <td>
                  <Decisions group={group} onDecide={props.onDecide} />
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
