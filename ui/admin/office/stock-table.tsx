import { For, Show, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import type { StockAction } from './stock-dialogs.tsx';
import type { StockItem, Warehouse } from './stock-types.ts';

/** A SKU a row, a warehouse a column. */
export function StockTable(props: {
  readonly items: readonly StockItem[];
  readonly warehouses: readonly Warehouse[];
  readonly onAction: (item: StockItem, action: StockAction) => void;
}): JSX.Element {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.title}>
      <table class="table" data-testid="stock">
        <thead>
          <tr>
            <th scope="col">{texts.columns.product}</th>
            <th scope="col">{texts.columns.level}</th>
            <th scope="col" class="amount">
              {texts.columns.available}
            </th>
            <For each={props.warehouses}>
              {(warehouse) => (
                <th scope="col" class="amount">
                  {warehouse.name}
                </th>
              )}
            </For>
            <th scope="col" class="amount">
              {texts.columns.threshold}
            </th>
            <th scope="col">{texts.columns.sale}</th>
            <th scope="col">{texts.columns.action}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(item) => (
              <tr data-sku={item.sku} data-level={item.level}>
                <td>
                  <ProductName item={item} />
                </td>
                <td>
                  <LevelBadge level={item.level} />
                </td>
                <td class="amount figure">
                  <strong>{item.available.toLocaleString('en')}</strong>
                </td>
                <For each={props.warehouses}>{({ id }) => <LevelCell item={item} warehouse={id} />}</For>
                <td class="amount figure">
                  <button
                    type="button"
                    class="quiet-button"
                    onClick={() => props.onAction(item, 'threshold')}
                  >
                    {item.threshold.toLocaleString('en')}
                    <span class="unseen"> {texts.thresholdChange(item.sku)}</span>
                  </button>
                </td>
                <td>
                  <SaleCell item={item} />
                </td>
                <td>
                  <div class="actions">
                    <button type="button" class="button small" onClick={() => props.onAction(item, 'adjust')}>
                      {texts.adjust}
                      <span class="unseen"> {item.sku}</span>
                    </button>
                    <button type="button" class="button small" onClick={() => props.onAction(item, 'move')}>
                      {texts.move}
                      <span class="unseen"> {item.sku}</span>
                    </button>
                  </div>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

function ProductName(props: { readonly item: StockItem }): JSX.Element {
  return (
    <>
      <a href={skuPath(props.item.sku)}>{props.item.product?.name ?? props.item.sku}</a>
      <span class="soft">
        <span class="mono">{props.item.sku}</span>
        <Show when={props.item.product === null}> · {texts.noProduct}</Show>
        <Show when={props.item.product?.active === false}> · {texts.notForSale}</Show>
      </span>
    </>
  );
}

export function skuPath(sku: string): string {
  return `/admin/inventory/sku/${encodeURIComponent(sku)}`;
}

export function LevelBadge(props: { readonly level: StockItem['level'] }): JSX.Element {
  return (
    <span
      class="status"
      classList={{ good: props.level === 'ok', brass: props.level === 'low', bad: props.level === 'out' }}
    >
      {texts.badge[props.level]}
    </span>
  );
}

/** Units to be had there, with what is there and what orders hold. */
function LevelCell(props: { readonly item: StockItem; readonly warehouse: string }): JSX.Element {
  const level = () => props.item.warehouses.find(({ id }) => id === props.warehouse);
  return (
    <td class="amount figure stock-cell" classList={{ gone: level()?.available === 0 }}>
      <Show when={level()} fallback={<span class="soft">{texts.notKept}</span>}>
        {(there) => (
          <>
            {there().available.toLocaleString('en')}
            <Show when={there().reserved > 0}>
              <span class="soft">{texts.held(there().reserved)}</span>
            </Show>
          </>
        )}
      </Show>
    </td>
  );
}

/** The sale that runs or is to come, or the way to plan one. */
function SaleCell(props: { readonly item: StockItem }): JSX.Element {
  return (
    <Show when={props.item.product} keyed>
      {(product) => (
        <Show
          when={props.item.flashSale}
          fallback={<a href={withQuery('/admin/flash-sales', { product: product.id })}>{texts.planSale}</a>}
        >
          {(sale) => (
            <a class="status brass" href="/admin/flash-sales">
              {texts.saleRuns(sale().units)}
            </a>
          )}
        </Show>
      )}
    </Show>
  );
}
