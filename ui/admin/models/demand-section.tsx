import { Show, type JSX } from 'solid-js';
import type { DemandForecast, SupplyNow } from '../../../core/services/intelligence/demand.ts';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import { Problem } from '../../components/problem.tsx';
import { modelTexts } from '../texts/models.ts';
import { ForecastChart } from './forecast-chart.tsx';
import { percent, units } from './measures.ts';
import './models.css';

const { demand: words } = modelTexts;
const DAYS = 28;
/** Below this share of the variance there is no pattern worth a word. */
const SEASON_MIN = 0.1;

type Answer = Omit<DemandForecast, 'reorder'> & { readonly reorder: DemandForecast['reorder'] & SupplyNow };

/** How much of a product will sell, and when to reorder it. */
export function DemandSection(props: { readonly productId: string }): JSX.Element {
  const forecast = createRemote<Answer>(() =>
    withQuery('/api/analytics/demand-forecast', { product_id: props.productId, days: DAYS }),
  );
  return (
    <section class="card forecast" aria-labelledby="product-demand" data-testid="demand">
      <h2 id="product-demand">{words.title}</h2>
      <Show when={forecast.error()} keyed>
        {(error) => <Problem error={error} retry={forecast.refetch} />}
      </Show>
      <Show when={forecast.data()} fallback={<span class="skeleton forecast-place" />}>
        {(data) => <Forecast of={data()} />}
      </Show>
    </section>
  );
}

function Forecast(props: { readonly of: Answer }): JSX.Element {
  const shape = () => props.of.shape;
  const strongest = () => {
    const known = shape();
    if (known === null || known.seasonStrength < SEASON_MIN) return words.noSeason;
    return words.weekdays[known.weekdays.indexOf(Math.max(...known.weekdays))] ?? words.noSeason;
  };
  const reorder = () => props.of.reorder;
  return (
    <>
      <Show when={props.of.degraded}>
        <p class="faint">{words.degraded}</p>
      </Show>
      <ForecastChart points={props.of.points} />
      <dl class="pairs">
        <Pair name={words.method} value={props.of.model} />
        <Pair
          name={words.wape}
          value={
            props.of.grade === null
              ? words.ungraded
              : words.wapeAgainst(percent(props.of.grade.wape), percent(props.of.grade.seasonalNaiveWape))
          }
        />
        <Show when={shape()}>
          {(known) => (
            <>
              <Pair name={words.trend} value={`${known().trend > 0 ? '+' : ''}${percent(known().trend)}`} />
              <Pair name={words.strongest} value={strongest()} />
            </>
          )}
        </Show>
      </dl>
      <h3>{words.reorder}</h3>
      <dl class="pairs" data-testid="reorder">
        <Pair name={words.point} value={words.pointOf(units(reorder().point))} />
        <Pair name={words.safety} value={units(reorder().safetyStock)} />
        <Pair
          name={words.quantity}
          value={reorder().quantity === 0 ? words.nothing : units(reorder().quantity)}
        />
        <Pair name={words.lasts} value={percent(reorder().lastsProbability)} />
      </dl>
      <p class="faint">{words.assumed(reorder().leadDays, percent(reorder().serviceLevel))}</p>
    </>
  );
}

export function Pair(props: { readonly name: string; readonly value: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd class="figure">{props.value}</dd>
    </div>
  );
}
