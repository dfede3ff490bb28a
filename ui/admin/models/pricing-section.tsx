import { createSignal, For, Show, type JSX } from 'solid-js';
import type { PriceOutcome } from '../../../core/services/intelligence/price-outcomes.ts';
import type { SuggestedPrice } from '../../../core/services/intelligence/pricing.ts';
import { call, withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { confirmBriefly } from '../../components/announcer.tsx';
import { createDebounced } from '../../components/debounce.ts';
import { Field } from '../../components/field.tsx';
import { money } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { Problem } from '../../components/problem.tsx';
import { createSubmission } from '../../components/submission.ts';
import { ActionDialog } from '../forms/action-dialog.tsx';
import { centsOf } from '../office/amounts.ts';
import type { KeptProduct } from '../office/product-types.ts';
import { modelTexts } from '../texts/models.ts';
import { Pair } from './demand-section.tsx';
import { shortFigure, units } from './measures.ts';
import './models.css';

const { pricing: words } = modelTexts;

/** A price to consider, why, and what earlier changes led to. */
export function PricingSection(props: {
  readonly product: KeptProduct;
  readonly onChanged: () => void;
}): JSX.Element {
  const [competitor, setCompetitor] = createSignal('');
  const [asked, setAsked] = createSignal<number>();
  const ask = createDebounced((text: string) => setAsked(centsOf(text) === 0 ? undefined : centsOf(text)));
  const suggestion = createRemote<SuggestedPrice>(
    () =>
      withQuery('/api/pricing/suggest', {
        product_id: props.product.id,
        competitor_cents: asked(),
      }),
    { keep: true },
  );
  const outcomes = createRemote<{ readonly items: readonly PriceOutcome[] }>(
    () => `/api/admin/products/${encodeURIComponent(props.product.id)}/price-outcomes`,
  );
  const changed = () => {
    suggestion.refetch();
    outcomes.refetch();
    props.onChanged();
  };
  return (
    <section class="card forecast" aria-labelledby="product-suggestion" data-testid="suggestion">
      <h2 id="product-suggestion">{words.title}</h2>
      <Show when={suggestion.error()} keyed>
        {(error) => <Problem error={error} retry={suggestion.refetch} />}
      </Show>
      <Show when={suggestion.data()} fallback={<span class="skeleton suggestion-place" />}>
        {(data) => <Suggestion of={data()} product={props.product} onApplied={changed} />}
      </Show>
      <Field
        label={words.competitor}
        name="competitor"
        optional
        hint={words.competitorHint}
        value={competitor()}
        error={competitor() === '' || centsOf(competitor()) !== undefined ? undefined : words.badAmount}
        onInput={(text) => {
          setCompetitor(text);
          ask.later(text);
        }}
      />
      <Show when={outcomes.data()?.items.length === 0 ? undefined : outcomes.data()?.items}>
        {(items) => <Outcomes items={items()} currency={props.product.currency} />}
      </Show>
    </section>
  );
}

function Suggestion(props: {
  readonly of: SuggestedPrice;
  readonly product: KeptProduct;
  readonly onApplied: () => void;
}): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  const amount = (cents: number): string => money(cents, props.product.currency);
  const another = () => props.of.priceCents !== props.of.currentPriceCents;
  return (
    <>
      <p>{words.reasons[props.of.because]}</p>
      <dl class="pairs">
        <Pair name={words.suggested} value={another() ? amount(props.of.priceCents) : words.keep} />
        <Show when={another()}>
          <Pair
            name={words.gain}
            value={
              <>
                {words.gainOf(amount(props.of.expectedGain), props.of.horizonDays)}
                <br />
                <span class="faint">
                  {words.between(amount(props.of.expectedGainLow), amount(props.of.expectedGainHigh))}
                </span>
              </>
            }
          />
          <Pair
            name={words.units}
            value={words.unitsOf(units(props.of.expectedUnitsNow), units(props.of.expectedUnits))}
          />
        </Show>
        <Show when={props.of.elasticity}>
          {(known) => (
            <Pair
              name={words.elasticity}
              value={
                <>
                  {words.elasticityOf(
                    shortFigure(known().value),
                    shortFigure(known().low),
                    shortFigure(known().high),
                  )}
                  <Show when={!known().own}>
                    <br />
                    <span class="faint">{words.pooled}</span>
                  </Show>
                </>
              }
            />
          )}
        </Show>
        <Pair
          name={words.bounds}
          value={`${amount(props.of.bounds.lowestCents)} – ${amount(props.of.bounds.highestCents)}`}
        />
      </dl>
      <Show when={another()}>
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {words.apply(amount(props.of.priceCents))}
        </button>
      </Show>
      <Show when={asking()}>
        <ApplyDialog
          product={props.product}
          priceCents={props.of.priceCents}
          onClose={() => setAsking(false)}
          onApplied={props.onApplied}
        />
      </Show>
    </>
  );
}

function ApplyDialog(props: {
  readonly product: KeptProduct;
  readonly priceCents: number;
  readonly onClose: () => void;
  readonly onApplied: () => void;
}): JSX.Element {
  const submission = createSubmission<never>([], () => ({}));
  const amount = (cents: number): string => money(cents, props.product.currency);
  const send = async () => {
    const { product, priceCents, onApplied } = props;
    await call('POST', `/api/admin/products/${encodeURIComponent(product.id)}/prices`, {
      body: { priceCents },
    });
    confirmBriefly(words.applied);
    onApplied();
  };
  return (
    <ActionDialog
      title={words.applyTitle}
      body={words.applyBody(amount(props.product.priceCents), amount(props.priceCents))}
      action={words.apply(amount(props.priceCents))}
      submission={submission}
      send={send}
      onClose={props.onClose}
    >
      {null}
    </ActionDialog>
  );
}

function Outcomes(props: {
  readonly items: readonly PriceOutcome[];
  readonly currency: string;
}): JSX.Element {
  const perDay = (value: number | null): string => (value === null ? words.none : units(value));
  return (
    <>
      <h3>{words.outcomes}</h3>
      <p class="faint">{words.outcomesUnder}</p>
      <div class="table-frame" tabIndex={0} role="region" aria-label={words.outcomes}>
        <table class="table" data-testid="price-outcomes">
          <thead>
            <tr>
              <th scope="col">{words.columns.from}</th>
              <th scope="col" class="amount">
                {words.columns.price}
              </th>
              <th scope="col" class="amount">
                {words.columns.before}
              </th>
              <th scope="col" class="amount">
                {words.columns.after}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.items}>
              {(outcome) => (
                <tr>
                  <td>
                    <Moment at={outcome.from} as="day" />
                  </td>
                  <td class="amount figure">{money(outcome.priceCents, props.currency)}</td>
                  <td class="amount figure">{perDay(outcome.unitsPerDayBefore)}</td>
                  <td class="amount figure">{perDay(outcome.unitsPerDayAfter)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </>
  );
}
