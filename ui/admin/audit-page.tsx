import { useSearchParams } from '@solidjs/router';
import { For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createCursorList } from '../components/cursor-list.ts';
import { Empty } from '../components/empty.tsx';
import { shortId } from '../components/format.ts';
import { Moment } from '../components/moment.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { ListSkeleton } from '../shop/orders-page.tsx';
import '../shop/list-page.css';
import { auditTexts } from './texts/audit.ts';

interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export default function AuditPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ action?: string; subject?: string }>();
  const entries = createCursorList<AuditEntry>(
    (cursor) =>
      withQuery('/api/admin/audit', {
        action: query.action,
        subject: query.subject,
        cursor: cursor ?? undefined,
      }),
    { keep: true },
  );
  const narrowed = () => query.action !== undefined || query.subject !== undefined;
  return (
    <>
      <PageHead title={auditTexts.title} under={<p class="faint">{auditTexts.under}</p>}>
        <div class="tools">
          <input
            type="search"
            class="input"
            aria-label={auditTexts.filter}
            placeholder={auditTexts.filterHint}
            value={query.action ?? ''}
            onChange={(event) => setQuery({ action: event.currentTarget.value.trim() || undefined })}
          />
          <input
            type="search"
            class="input"
            aria-label={auditTexts.subject}
            placeholder={auditTexts.subject}
            value={query.subject ?? ''}
            onChange={(event) => setQuery({ subject: event.currentTarget.value.trim() || undefined })}
          />
        </div>
      </PageHead>
      <Show when={entries.error()} keyed>
        {(error) => <Problem error={error} retry={entries.restart} />}
      </Show>
      <Switch>
        <Match when={entries.items()?.length === 0}>
          <Empty
            title={narrowed() ? auditTexts.noneTitle : auditTexts.emptyTitle}
            body={narrowed() ? auditTexts.none : auditTexts.empty}
          />
        </Match>
        <Match when={entries.items()}>{(items) => <AuditTable items={items()} />}</Match>
        <Match when={entries.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={entries.next() !== null}>
        <div class="pager">
          <button type="button" class="button" aria-disabled={entries.loading()} onClick={entries.more}>
            {auditTexts.more}
          </button>
        </div>
      </Show>
    </>
  );
}

function AuditTable(props: { readonly items: readonly AuditEntry[] }): JSX.Element {
  const { columns } = auditTexts;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={auditTexts.title}>
      <table class="table" data-testid="audit">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.action}</th>
            <th scope="col">{columns.subject}</th>
            <th scope="col">{columns.reason}</th>
            <th scope="col">{columns.detail}</th>
            <th scope="col">{columns.by}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(entry) => (
              <tr>
                <td>
                  <Moment at={entry.at} as="dayAndTime" />
                </td>
                <td class="mono">{entry.action}</td>
                <td>
                  <Subject of={entry.subject} />
                </td>
                <td>{entry.reason ?? ''}</td>
                <td class="mono faint">{entry.detail === undefined ? '' : JSON.stringify(entry.detail)}</td>
                <td class="mono faint">{shortId(entry.by)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** What a change was made to, with the way there where it has a page. */
function Subject(props: { readonly of: AuditEntry['subject'] }): JSX.Element {
  const href = () => {
    const { kind, id } = props.of;
    if (kind === 'order') return `/orders/${encodeURIComponent(id)}`;
    if (kind === 'product') return `/products/${encodeURIComponent(id)}`;
    return undefined;
  };
  const name = () => `${props.of.kind} ${shortId(props.of.id)}`;
  return (
    <Show when={href()} fallback={<span title={props.of.id}>{name()}</span>} keyed>
      {(to) => (
        <a href={to} title={props.of.id}>
          {name()}
        </a>
      )}
    </Show>
  );
}
