/** What the fleet tells of the states and lines of its graph. */
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';
import type { Anomaly } from '../../../core/services/observation/anomalies.ts';
import type { Fleet, SagaGraph, StateCount } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import type { GraphMarks, StateMark } from './graph-marks.ts';
import { rate, span } from './wording.ts';

/** Silence that is as warm as it gets: a day. Below a second it is cold. */
const HOT_MS = 86_400_000;

/** `1,204`, or `10,000+` where counting ended. */
export function countText({ count, exact }: Pick<StateCount, 'count' | 'exact'>): string {
  return `${count.toLocaleString('en-US')}${exact ? '' : '+'}`;
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** As short as a box of the graph needs it: `940`, `4.1K+`. */
function shortText({ count, exact }: Pick<StateCount, 'count' | 'exact'>): string {
  return `${compact.format(count)}${exact ? '' : '+'}`;
}

export function fleetMarks(
  graph: SagaGraph | undefined,
  fleet: Fleet | undefined,
  anomalies: readonly Anomaly[] = [],
): GraphMarks {
  const counts = new Map((fleet?.states ?? []).map((each) => [each.state, each]));
  const compounds = new Set(
    (graph?.states ?? []).filter(({ kind }) => kind !== 'atomic').map(({ id }) => id),
  );
  const stuck = new Set((graph?.states ?? []).filter(({ role }) => role === 'stuck').map(({ id }) => id));
  const oddIn = (id: string) => anomalies.filter(({ state }) => state === id).map(({ text }) => text);
  return {
    state: (id) => withAnomalies(ownMark(id), oddIn(id)),
    edge: (edge) => {
      const flow = flowOf(edge, fleet);
      return flow > 0 ? { flow, text: sagaTexts.fleet.perMinute(rate(flow)) } : { flow };
    },
  };

  function ownMark(id: string): StateMark {
    const own = compounds.has(id) ? sumBelow(fleet, id) : counts.get(id);
    if (own === undefined || own.count === 0) return { spoken: sagaTexts.fleet.ofState('0') };
    const text = countText(own);
    const silentMs = compounds.has(id) ? null : own.silentMsMax;
    return {
      figure: shortText(own),
      heat: compounds.has(id) ? 0 : stuck.has(id) ? 1 : heatOf(own.silentMsMax),
      ...(silentMs === null ? {} : { note: span(silentMs) }),
      spoken: sagaTexts.fleet.ofState(text),
    };
  }
}

/** What is odd of late is said where it happens, whatever else there is to say. */
function withAnomalies(mark: StateMark, texts: readonly string[]): StateMark {
  if (texts.length === 0) return mark;
  return {
    ...mark,
    heat: 1,
    note: sagaTexts.fleet.odd,
    spoken: [mark.spoken, ...texts].filter(Boolean).join('. '),
  };
}

export function flowOf({ transitions }: Pick<DrawnEdge, 'transitions'>, fleet: Fleet | undefined): number {
  return transitions.reduce((sum, id) => sum + (fleet?.perMinute[id] ?? 0), 0);
}

function sumBelow(fleet: Fleet | undefined, id: string): Pick<StateCount, 'count' | 'exact' | 'silentMsMax'> {
  const below = (fleet?.states ?? []).filter(({ state }) => state.startsWith(`${id}.`));
  return {
    count: below.reduce((sum, { count }) => sum + count, 0),
    exact: below.every(({ exact }) => exact),
    silentMsMax: null,
  };
}

function heatOf(silentMs: number | null): number {
  if (silentMs === null || silentMs < 1_000) return 0;
  return Math.min(1, Math.log(silentMs / 1_000) / Math.log(HOT_MS / 1_000));
}
