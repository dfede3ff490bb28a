/** What happened: to the platform, and step by step to every order. The filters live in the address. */
import { useSearchParams } from '@solidjs/router';
import { For, Match, Show, Switch, type JSX } from 'solid-js';
import type { ListedEvent } from '../../../core/services/observation/ports.ts';
import { withQuery } from '../../api/client.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { Empty } from '../../components/empty.tsx';
import { ListSearch } from '../../components/filters.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { systemTexts } from '../texts/system.ts';
import { EventTable } from './event-table.tsx';
import '../../shop/list-page.css';
import './health.css';

const { events: words } = systemTexts;
const SERVICES = ['orders', 'inventory', 'payments', 'shipping', 'notifications', 'intelligence'];
const NAMES = ['source', 'level', 'type', 'order', 'service', 'from', 'to', 'q'] as const;
type Filters = Partial<Record<(typeof NAMES)[number], string | undefined>>;

export default function EventsPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<Record<(typeof NAMES)[number], string>>();
  const set = (change: Filters) => setQuery(change, { replace: true });
  const filters = () => Object.fromEntries(NAMES.map((name) => [name, query[name]]));
  const events = createCursorList<ListedEvent>(
    (cursor) => withQuery('/api/ops/events', { ...filters(), cursor: cursor ?? undefined }),
    { keep: true },
  );
  const narrowed = () => NAMES.some((name) => query[name] !== undefined);
  return (
    <>
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>}>
        <div class="tools">
          <button type="button" class="button small" onClick={events.restart}>
            {words.fresh}
          </button>
        </div>
      </PageHead>
      <div class="filter-bar event-filters">
        <ListSearch
          label={words.search}
          hint={words.searchHint}
          value={query.q ?? ''}
          onChange={(q) => set({ q: q || undefined })}
        />
        <Choice
          label={words.source}
          value={query.source ?? ''}
          all={words.sources.all}
          choices={[
            ['platform', words.sources.platform],
            ['saga', words.sources.saga],
          ]}
          onChange={(source) => set({ source })}
        />
        <Choice
          label={words.level}
          value={query.level ?? ''}
          all={words.levels.all}
          choices={[
            ['error', words.levels.error],
            ['warn', words.levels.warn],
            ['info', words.levels.info],
          ]}
          onChange={(level) => set({ level })}
        />
        <Choice
          label={words.service}
          value={query.service ?? ''}
          all={words.services}
          choices={SERVICES.map((service) => [service, service] as const)}
          onChange={(service) => set({ service })}
        />
        <Typed
          label={words.type}
          hint={words.typeHint}
          value={query.type}
          onChange={(type) => set({ type })}
        />
        <Typed
          label={words.order}
          hint={words.orderHint}
          value={query.order}
          onChange={(order) => set({ order })}
        />
        <Day label={words.from} value={query.from} onChange={(from) => set({ from })} />
        <Day label={words.to} value={query.to} onChange={(to) => set({ to })} />
        <Show when={narrowed()}>
          <button
            type="button"
            class="link-button"
            onClick={() => set(Object.fromEntries(NAMES.map((name) => [name, undefined])))}
          >
            {words.clear}
          </button>
        </Show>
      </div>
      <Show when={events.error()} keyed>
        {(error) => <Problem error={error} retry={events.restart} />}
      </Show>
      <Switch>
        <Match when={events.items()?.length === 0 && events.next() === null}>
          <Empty
            title={narrowed() ? words.noneTitle : words.emptyTitle}
            body={narrowed() ? words.none : words.empty}
          />
        </Match>
        <Match when={events.items()}>
          {(items) => (
            <EventTable label={words.title}>
              <For each={items()}>{(event) => <EventTable.Row of={event} />}</For>
            </EventTable>
          )}
        </Match>
        <Match when={events.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={events.next() !== null}>
        <div class="pager">
          <button type="button" class="button" aria-disabled={events.loading()} onClick={events.more}>
            {words.more}
          </button>
        </div>
      </Show>
    </>
  );
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly all: string;
  readonly choices: readonly (readonly [value: string, title: string])[];
  readonly onChange: (value: string | undefined) => void;
}): JSX.Element {
  return (
    <select
      class="select small"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value || undefined)}
    >
      <option value="">{props.all}</option>
      <For each={props.choices}>{([value, title]) => <option value={value}>{title}</option>}</For>
    </select>
  );
}

function Typed(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}): JSX.Element {
  return (
    <input
      type="search"
      class="input small"
      aria-label={props.label}
      placeholder={props.hint}
      maxLength={100}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value.trim() || undefined)}
    />
  );
}

function Day(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}): JSX.Element {
  return (
    <label class="inline-field">
      {props.label}
      <input
        type="date"
        class="input small"
        value={props.value ?? ''}
        onChange={(event) => props.onChange(event.currentTarget.value || undefined)}
      />
    </label>
  );
}
