/** One SKU: where how much of it is, and every movement. */
import { useParams, useSearchParams } from '@solidjs/router';
import { createSignal, For, Show, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { Moment } from '../../components/moment.tsx';
import { shortId } from '../../components/format.ts';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { FilterSelect } from '../forms/select.tsx';
import { ListFrame } from '../list-frame.tsx';
import '../../shop/list-page.css';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import './office.css';
import { StockDialog, type StockAction } from './stock-dialogs.tsx';
import { LevelBadge } from './stock-table.tsx';
import type { LedgerEntry, StockItem } from './stock-types.ts';
import { createWarehouses } from './warehouses.ts';

export default function SkuPage(): JSX.Element {
  const params = useParams<{ sku: string }>();
  const [query, setQuery] = useSearchParams<{ warehouse?: string }>();
  const warehouses = createWarehouses();
  const [action, setAction] = createSignal<StockAction | null>(null);
  const path = () => `/api/admin/inventory/${encodeURIComponent(params.sku)}`;
  const item = createRemote<StockItem>(path, { keep: true });
  const ledger = createCursorList<LedgerEntry>(
    (cursor) => withQuery(`${path()}/ledger`, { warehouse: query.warehouse, cursor: cursor ?? undefined }),
    { keep: true },
  );
  return (
    <>
      <PageHead
        title={item.data()?.product?.name ?? params.sku}
        under={
          <p class="faint">
            <a href="/admin/inventory">{texts.title}</a> · <span class="mono">{params.sku}</span>
            <Show when={item.data()?.product} keyed>
              {(product) => (
                <>
                  {' '}
                  · <a href={`/admin/products/${encodeURIComponent(product.id)}`}>{texts.columns.product}</a>
                </>
              )}
            </Show>
          </p>
        }
      >
        <div class="tools">
          <For each={['threshold', 'move', 'adjust'] as const}>
            {(each) => (
              <button
                type="button"
                class="button"
                classList={{ primary: each === 'adjust' }}
                onClick={() => setAction(each)}
              >
                {texts[each]}
              </button>
            )}
          </For>
        </div>
      </PageHead>
      <Show when={item.error()} keyed>
        {(error) => <Problem error={error} retry={item.refetch} />}
      </Show>
      <Show when={item.data()}>{(shown) => <Levels item={shown()} />}</Show>
      <section class="office-section" aria-labelledby="ledger">
        <header>
          <div>
            <h2 id="ledger">{texts.ledger}</h2>
            <p class="faint">{texts.ledgerUnder}</p>
          </div>
          <FilterSelect
            label={texts.warehouse}
            value={query.warehouse ?? ''}
            options={warehouses.options()}
            onChange={(warehouse) => setQuery({ warehouse: warehouse === '' ? undefined : warehouse })}
          />
        </header>
        <ListFrame list={ledger} empty={<p class="faint">{texts.noLedger}</p>}>
          {(items) => <LedgerTable items={items()} nameOf={warehouses.nameOf} />}
        </ListFrame>
      </section>
      <Show when={action()} keyed>
        {(chosen) => (
          <StockDialog
            action={chosen}
            item={item.data() ?? { sku: params.sku, warehouses: [], threshold: 0, thresholdSet: false }}
            warehouses={warehouses.all()}
            onClose={() => setAction(null)}
            onDone={() => {
              item.refetch();
              ledger.restart();
            }}
          />
        )}
      </Show>
    </>
  );
}

function Levels(props: { readonly item: StockItem }): JSX.Element {
  return (
    <dl class="levels">
      <div class="card">
        <dt>{texts.columns.available}</dt>
        <dd class="figure">{props.item.available.toLocaleString('en')}</dd>
        <dd>
          <LevelBadge level={props.item.level} />
        </dd>
      </div>
      <For each={props.item.warehouses}>
        {(level) => (
          <div class="card">
            <dt>{level.name}</dt>
            <dd class="figure">{level.available.toLocaleString('en')}</dd>
            <dd class="figure">
              {texts.onHand(level.onHand)}, {texts.held(level.reserved)}
            </dd>
          </div>
        )}
      </For>
    </dl>
  );
}

const signed = (units: number): string =>
  units > 0 ? `+${units.toLocaleString('en')}` : units.toLocaleString('en');

function LedgerTable(props: {
  readonly items: readonly LedgerEntry[];
  readonly nameOf: (warehouseId: string) => string;
}): JSX.Element {
  const columns = texts.ledgerColumns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.ledger}>
      <table class="table" data-testid="ledger">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.kind}</th>
            <th scope="col">{columns.warehouse}</th>
            <th scope="col" class="amount">
              {columns.onHand}
            </th>
            <th scope="col" class="amount">
              {columns.reserved}
            </th>
            <th scope="col">{columns.after}</th>
            <th scope="col">{columns.why}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(entry) => (
              <tr>
                <td>
                  <Moment at={entry.at} as="dayAndTime" />
                </td>
                <td>{texts.kinds[entry.kind] ?? entry.kind}</td>
                <td>{props.nameOf(entry.warehouseId)}</td>
                <td class="amount figure">{entry.onHandDelta === 0 ? '' : signed(entry.onHandDelta)}</td>
                <td class="amount figure">{entry.reservedDelta === 0 ? '' : signed(entry.reservedDelta)}</td>
                <td class="figure">
                  <Show when={entry.onHandAfter !== null}>
                    {texts.after(entry.onHandAfter ?? 0, entry.reservedAfter ?? 0)}
                  </Show>
                </td>
                <td>
                  <Show when={entry.orderId} fallback={entry.reason ?? ''} keyed>
                    {(orderId) => (
                      <a class="mono" href={`/orders/${encodeURIComponent(orderId)}`}>
                        {shortId(orderId)}
                      </a>
                    )}
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
