/** What one may do to the stock of a SKU: correct a count, move units, say when it is low. */
import { createSignal, type JSX } from 'solid-js';
import { call } from '../../api/client.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { Field } from '../../components/field.tsx';
import { createSubmission, type Faults } from '../../components/submission.ts';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { createReasoned, ReasonField, type Reasoned } from '../forms/reason.tsx';
import { SelectField } from '../forms/select.tsx';
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

/** A whole number as it is typed. */
const UNITS = /^0*[1-9]\d{0,6}$/;
const MORE_OR_FEWER = /^[+-]?0*[1-9]\d{0,6}$/;

function AdjustDialog(props: DialogProps): JSX.Element {
  const [warehouse, setWarehouse] = createSignal(fullest(props.item)?.id ?? props.warehouses[0]?.id ?? '');
  const units = createUnits('delta', MORE_OR_FEWER, texts.badDelta);
  const form = createReasoned<'warehouseId' | 'delta'>(['warehouseId', 'delta'], units.check);
  return (
    <StockForm
      {...props}
      words={{ title: texts.adjustTitle, body: texts.adjustBody, action: texts.adjust, done: texts.adjusted }}
      form={form}
      path="adjust"
      body={() => ({ warehouseId: warehouse(), delta: units.number() })}
    >
      <SelectField
        label={texts.warehouse}
        name="warehouseId"
        value={warehouse()}
        options={choices(props.item, props.warehouses)}
        error={form.submission.faults().warehouseId}
        onChange={setWarehouse}
      />
      <Field label={texts.delta} hint={texts.deltaHint} {...units.field(form.submission)} />
    </StockForm>
  );
}

function MoveDialog(props: DialogProps): JSX.Element {
  const start = fullest(props.item)?.id ?? '';
  const [from, setFrom] = createSignal(start);
  const [to, setTo] = createSignal(props.warehouses.find(({ id }) => id !== start)?.id ?? '');
  const units = createUnits('quantity', UNITS, texts.badQuantity);
  const form = createReasoned(['fromWarehouseId', 'toWarehouseId', 'quantity'], () => ({
    ...(from() === to() ? { toWarehouseId: texts.sameWarehouse } : {}),
    ...units.check(),
  }));
  return (
    <StockForm
      {...props}
      words={{ title: texts.moveTitle, body: texts.moveBody, action: texts.move, done: texts.moved }}
      form={form}
      path="transfer"
      body={() => ({ fromWarehouseId: from(), toWarehouseId: to(), quantity: units.number() })}
    >
      <SelectField
        label={texts.from}
        name="fromWarehouseId"
        value={from()}
        options={choices(props.item, props.item.warehouses)}
        error={form.submission.faults().fromWarehouseId}
        onChange={setFrom}
      />
      <SelectField
        label={texts.to}
        name="toWarehouseId"
        value={to()}
        options={choices(props.item, props.warehouses)}
        error={form.submission.faults().toWarehouseId}
        onChange={(value) => {
          setTo(value);
          form.submission.touched('toWarehouseId');
        }}
      />
      <Field label={texts.quantity} inputMode="numeric" {...units.field(form.submission)} />
    </StockForm>
  );
}

/** What is done to the stock for a reason. */
function StockForm<Name extends string>(
  props: DialogProps & {
    readonly words: {
      readonly title: (sku: string) => string;
      readonly body: string;
      readonly action: string;
      readonly done: string;
    };
    readonly form: Reasoned<Name>;
    readonly path: string;
    readonly body: () => object;
    readonly children: JSX.Element;
  },
): JSX.Element {
  const send = async () => {
    const { item, form, words, onDone } = props;
    await call('POST', pathOf(item.sku, props.path), { body: { ...props.body(), reason: form.reason() } });
    confirmBriefly(words.done);
    onDone();
  };
  return (
    <ActionDialog
      title={props.words.title(props.item.sku)}
      body={props.words.body}
      action={props.words.action}
      submission={props.form.submission}
      send={send}
      onClose={props.onClose}
    >
      {props.children}
      <ReasonField {...props.form.field} hint={texts.reasonHint} />
    </ActionDialog>
  );
}

/** A number of units that somebody types into the field `name`. */
function createUnits<Name extends string>(name: Name, right: RegExp, fault: string) {
  const [text, setText] = createSignal('');
  return {
    check: () => (right.test(text().trim()) ? {} : { [name]: fault }) as Faults<Name>,
    number: () => Number(text().trim()),
    field: (submission: { readonly faults: () => Faults<Name>; readonly touched: (name: Name) => void }) => ({
      name,
      get value() {
        return text();
      },
      get error() {
        return submission.faults()[name];
      },
      onInput: (value: string) => {
        setText(value);
        submission.touched(name);
      },
    }),
  };
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
