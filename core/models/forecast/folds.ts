import { BadInput } from '../evaluation/bad-input.ts';
import { dateOf } from '../evaluation/table.ts';
import { type Calendar, DAY_MS, type Habits, habitsOf, labelAt } from './calendar.ts';
import type { Panel } from './panel.ts';
import { leastLength } from './rolling.ts';
import { isSeasonal } from './seasonal-indices.ts';

/** What a user may say of seasons, horizon and folds. */
export interface Wanted {
  readonly horizon?: number | undefined;
  readonly season?: number | undefined;
  readonly folds: number;
  readonly cutoffs?: string | undefined;
}

/** A test: what lies up to `horizon` steps after an origin. */
export interface Fold {
  /** Steps back from the end. */
  readonly back: number;
  /** The last training time, as reports show it. */
  readonly label: string;
}

const HORIZON_MAX = 1_000;
/** Seasons tried for series of numbered steps, which say nothing of days or months. */
const STEP_SEASONS = [7, 12, 24, 4, 52, 48] as const;
const SERIES_ASKED = 60;
const SEASONS_NEEDED = 2;

/** Season and horizon as wanted, else what is usual for the step as far as the series are long enough for it. */
export function habitsFor(
  panel: Panel,
  wanted: Wanted,
): { readonly habits: Habits; readonly notes: readonly string[] } {
  const usual = habitsOf(panel.calendar.step);
  const lengths = panel.series.map(({ values }) => values.length).sort((one, other) => one - other);
  const typical = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const notes: string[] = [];
  let season = wanted.season ?? (panel.calendar.step.unit === 'steps' ? seasonOfSteps(panel) : usual.season);
  const shortened = Math.max(1, Math.min(usual.horizon, Math.floor(typical / (2 * (wanted.folds + 1)))));
  const horizon = wanted.horizon ?? shortened;
  const trained = typical - horizon * wanted.folds;
  if (wanted.season === undefined && season > 1 && trained < SEASONS_NEEDED * season) {
    notes.push(
      `Without a season: ${typical} values of the typical series leave less than two seasons of ${season} to train on.`,
    );
    season = 1;
  }
  if (horizon > HORIZON_MAX) throw new BadInput(`--horizon: is more than ${HORIZON_MAX}`);
  const longSeason = usual.longSeason > season && usual.longSeason % season === 0 ? usual.longSeason : 0;
  return { habits: { season, longSeason, horizon }, notes };
}

/** The season that most series show at that lag. */
function seasonOfSteps(panel: Panel): number {
  const asked = panel.series.slice(0, SERIES_ASKED);
  let best = { season: 1, count: asked.length / 2 };
  for (const season of STEP_SEASONS) {
    const count = asked.filter(({ values }) => isSeasonal(values, season)).length;
    if (count > best.count) best = { season, count };
  }
  return best.season;
}

/** The folds in the order of time. Throws BadInput when a cutoff leaves nothing before or after it. */
export function foldsFor(panel: Panel, habits: Habits, wanted: Wanted): readonly Fold[] {
  const backs =
    wanted.cutoffs === undefined
      ? Array.from({ length: wanted.folds }, (_, fold) => (wanted.folds - fold) * habits.horizon)
      : backsOfCutoffs(panel, wanted.cutoffs);
  return backs.map((back) => ({
    back,
    label: panel.aligned ? labelAt(panel.calendar, panel.end - back) : `${back} steps before each end`,
  }));
}

function backsOfCutoffs(panel: Panel, cutoffs: string): number[] {
  const first = panel.series.reduce((least, { start }) => Math.min(least, start), panel.end);
  const places = cutoffs.split(',').map((text) => placeOfCutoff(panel.calendar, text.trim()));
  for (const [index, place] of places.entries()) {
    const text = cutoffs.split(',')[index]?.trim() ?? '';
    if (place >= panel.end)
      throw new BadInput(
        `--cutoffs: nothing comes after ${text}; the data end at ${labelAt(panel.calendar, panel.end)}`,
      );
    if (place < first)
      throw new BadInput(
        `--cutoffs: nothing comes before ${text}; the data start at ${labelAt(panel.calendar, first)}`,
      );
  }
  return [...new Set(places)].sort((one, other) => one - other).map((place) => panel.end - place);
}

/** The last place of the grid that is not after a cutoff. */
function placeOfCutoff(calendar: Calendar, text: string): number {
  const { step, origin } = calendar;
  if (step.unit === 'steps') {
    if (text === '' || !Number.isFinite(Number(text)))
      throw new BadInput(`--cutoffs: "${text}" is not a step's number`);
    return Math.floor((Number(text) - origin) / step.size);
  }
  const time = dateOf(text);
  if (time === undefined) throw new BadInput(`--cutoffs: "${text}" is not a date`);
  if (step.unit === 'time') {
    // A day's sales may be dated at any hour of it.
    const dated =
      step.milliseconds === DAY_MS ? time + DAY_MS - 1 - (((time % DAY_MS) + DAY_MS) % DAY_MS) : time;
    return Math.floor((dated - origin) / step.milliseconds);
  }
  const [from, to] = [new Date(origin), new Date(time)];
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  return Math.floor(months / step.months);
}

/** Throws BadInput when no series is long enough for any fold; names those left out of all. */
export function tooShort(panel: Panel, habits: Habits, graded: ReadonlySet<number>): readonly string[] {
  const missing = panel.series.filter((_, index) => !graded.has(index));
  if (graded.size === 0) {
    const longest = panel.series.reduce((most, next) =>
      next.values.length > most.values.length ? next : most,
    );
    throw new BadInput(
      `column value: every series is too short: the longest, "${longest.name}", has ${longest.values.length} values; a fold needs ` +
        `${leastLength(habits.season)} before its cutoff and some after (--horizon ${habits.horizon}, --season ${habits.season})`,
    );
  }
  if (missing.length === 0) return [];
  const named = missing
    .slice(0, NAMED_MAX)
    .map(({ name }) => `"${name}"`)
    .join(', ');
  const more = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
  return [
    `${missing.length} series left out, too short or without values in any test part: ${named}${more}.`,
  ];
}

const NAMED_MAX = 5;
