/** What one may do to the stock of a SKU: correct a count, move units, say when it is low. */
import { createSignal, type JSX } from 'solid-js';
import { call } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Field } from '../../components/field.tsx';
import { createSubmission } from '../../components/submission.ts';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import { ActionDialog, ReasonField, SelectField } from './fields.tsx';
import type { NamedLevel, StockItem, Warehouse } from './stock-types.ts';

/** What a dialog is about: enough of a SKU's stock, of which there may be none yet. */
export type Stocked = Pick<StockItem, 'sku' | 'warehouses' | 'threshold' | 'thresholdSet'>;
export type StockAction = 'adjust' | 'move' | 'threshold';

interface DialogProps {
  readonly item: Stocked;
  readonly warehouses: readonly Warehouse[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function StockDialog(props: DialogProps & { readonly action: StockAction }): JSX.Element {
  switch (props.action) {
    case 'adjust':
      return <AdjustDialog {...props} />;
    case 'move':
      return <MoveDialog {...props} />;
    case 'threshold':
      return <ThresholdDialog {...props} />;
  }
}

const pathOf = (sku: string, action: string): string =>
  `/api/admin/inventory/${encodeURIComponent(sku)}/${action}`;

/** Every warehouse with what is there. */
function choices(item: Stocked, warehouses: readonly Warehouse[]) {
  return warehouses.map(({ id, name }) => ({
    value: id,
    text: texts.available(name, item.warehouses.find((level) => level.id === id)?.available ?? 0),
  }));
}

function fullest(item: Stocked): NamedLevel | undefined {
  return [...item.warehouses].sort((a, b) => b.available - a.available)[0];
}

function AdjustDialog(props: DialogProps): JSX.Element {
  const [warehouse, setWarehouse] = createSignal(fullest(props.item)?.id ?? props.warehouses[0]?.id ?? '');
  const [delta, setDelta] = createSignal('');
  const [reason, setReason] = createSignal('');
  const submission = createSubmission(['warehouseId', 'delta', 'reason'], () => ({
    ...(/^[+-]?0*[1-9]\d{0,6}$/.test(delta().trim()) ? {} : { delta: texts.badDelta }),
    ...(reason().trim() === '' ? { reason: texts.required } : {}),
  }));
  const send = async () => {
    await call('POST', pathOf(props.item.sku, 'adjust'), {
      body: { warehouseId: warehouse(), delta: Number(delta().trim()), reason: reason().trim() },
    });
    confirmBriefly(texts.adjusted);
    props.onDone();
    props.onClose();
  };
  return (
    <ActionDialog
      title={texts.adjustTitle(props.item.sku)}
      body={texts.adjustBody}
      action={texts.adjust}
      submission={submission}
      send={send}
      onClose={props.onClose}
    >
      <SelectField
        label={texts.warehouse}
        name="warehouseId"
        value={warehouse()}
        options={choices(props.item, props.warehouses)}
        error={submission.faults().warehouseId}
        onChange={setWarehouse}
      />
      <Field
        label={texts.delta}
        name="delta"
        hint={texts.deltaHint}
        value={delta()}
        error={submission.faults().delta}
        onInput={(value) => {
          setDelta(value);
          submission.touched('delta');
        }}
      />
      <Reason submission={submission} value={reason()} onInput={setReason} />
    </ActionDialog>
  );
}

function MoveDialog(props: DialogProps): JSX.Element {
  const start = fullest(props.item)?.id ?? '';
  const [from, setFrom] = createSignal(start);
  const [to, setTo] = createSignal(props.warehouses.find(({ id }) => id !== start)?.id ?? '');
  const [quantity, setQuantity] = createSignal('');
  const [reason, setReason] = createSignal('');
  const submission = createSubmission(['fromWarehouseId', 'toWarehouseId', 'quantity', 'reason'], () => ({
    ...(from() === to() ? { toWarehouseId: texts.sameWarehouse } : {}),
    ...(/^0*[1-9]\d{0,6}$/.test(quantity().trim()) ? {} : { quantity: texts.badQuantity }),
    ...(reason().trim() === '' ? { reason: texts.required } : {}),
  }));
  const send = async () => {
    await call('POST', pathOf(props.item.sku, 'transfer'), {
      body: {
        fromWarehouseId: from(),
        toWarehouseId: to(),
        quantity: Number(quantity().trim()),
        reason: reason().trim(),
      },
    });
    confirmBriefly(texts.moved);
    props.onDone();
    props.onClose();
  };
  return (
    <ActionDialog
      title={texts.moveTitle(props.item.sku)}
      body={texts.moveBody}
      action={texts.move}
      submission={submission}
      send={send}
      onClose={props.onClose}
    >
      <SelectField
        label={texts.from}
        name="fromWarehouseId"
        value={from()}
        options={choices(props.item, props.item.warehouses)}
        error={submission.faults().fromWarehouseId}
        onChange={setFrom}
      />
      <SelectField
        label={texts.to}
        name="toWarehouseId"
        value={to()}
        options={choices(props.item, props.warehouses)}
        error={submission.faults().toWarehouseId}
        onChange={(value) => {
          setTo(value);
          submission.touched('toWarehouseId');
        }}
      />
      <Field
        label={texts.quantity}
        name="quantity"
        inputMode="numeric"
        value={quantity()}
        error={submission.faults().quantity}
        onInput={(value) => {
          setQuantity(value);
          submission.touched('quantity');
        }}
      />
      <Reason submission={submission} value={reason()} onInput={setReason} />
    </ActionDialog>
  );
}

function ThresholdDialog(props: DialogProps): JSX.Element {
  const [units, setUnits] = createSignal(props.item.thresholdSet ? String(props.item.threshold) : '');
  const submission = createSubmission(['units'], () =>
    /^\d{0,7}$/.test(units().trim()) ? {} : { units: texts.badThreshold },
  );
  const send = async () => {
    const typed = units().trim();
    await call('PUT', pathOf(props.item.sku, 'threshold'), {
      body: { units: typed === '' ? null : Number(typed) },
    });
    confirmBriefly(texts.saved);
    props.onDone();
    props.onClose();
  };
  return (
    <ActionDialog
      title={texts.thresholdTitle(props.item.sku)}
      body={texts.thresholdBody}
      action={texts.save}
      submission={submission}
      send={send}
      onClose={props.onClose}
    >
      <Field
        label={texts.threshold}
        name="units"
        inputMode="numeric"
        optional
        value={units()}
        error={submission.faults().units}
        onInput={(value) => {
          setUnits(value);
          submission.touched('units');
        }}
      />
    </ActionDialog>
  );
}

function Reason(props: {
  readonly submission: {
    readonly faults: () => { readonly reason?: string };
    readonly touched: (name: 'reason') => void;
  };
  readonly value: string;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  return (
    <ReasonField
      label={texts.reason}
      hint={texts.reasonHint}
      value={props.value}
      error={props.submission.faults().reason}
      onInput={(value) => {
        props.onInput(value);
        props.submission.touched('reason');
      }}
    />
  );
}
