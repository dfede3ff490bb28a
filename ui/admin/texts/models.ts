import type { ModelLately, ModelName } from '../../../core/services/intelligence/ports.ts';
import { plural } from '../../texts/plural.ts';
import { shortFigure } from '../models/measures.ts';

/** E.g. `WAPE lately 0.31 (0.28 – 0.35, 14 days), at training 0.28`. */
function latelyOf({ metric, value, low, high, atTraining, counted, needed, unit }: ModelLately): string {
  const before = atTraining === null ? '' : `, at training ${shortFigure(atTraining)}`;
  if (value === null || low === null || high === null) {
    return counted < needed
      ? `too early to say: ${String(counted)} of ${String(needed)} ${unit} have come since${before === '' ? '' : `; ${metric}${before}`}`
      : `nothing to measure in ${String(counted)} ${unit}`;
  }
  return `${metric} lately ${shortFigure(value)} (${shortFigure(low)} – ${shortFigure(high)}, ${counted.toLocaleString('en')} ${unit})${before}`;
}

/** Words of the models: their page, and what they say of a product. */
export const modelTexts = {
  title: 'Models',
  under: 'What each model does, what it is worth on rows it had not seen, and whether it serves.',
  names: {
    recommendations: 'Recommendations',
    demand: 'Demand forecast',
    pricing: 'Price suggestions',
    fraud: 'Fraud score',
    payments: 'Payment success',
    churn: 'Churn',
    anomalies: 'Anomalies',
    search: 'Search ranking',
  },
  meaning: {
    title: 'Search by meaning',
    under:
      'A language model tells how near products are to searches, also where they share no word. Searches do not wait for it.',
    model: 'Language model',
    products: 'Vectors',
    embedded: (embedded: number, products: number) =>
      `${embedded.toLocaleString('en')} of ${plural(products, 'product', 'products')}`,
    answers: 'Answers',
    answered: { true: 'yes', false: 'not to the last call', null: 'not asked yet' },
  },
  data: 'Learns from',
  serves: (version: number) => `Version ${String(version)} serves`,
  servesNone: 'Nothing trained serves',
  learnsOn: 'Learns while it serves',
  graded: 'Graded',
  gradedOf: {
    anomalies: 'on files with labelled windows: npm run evaluate -- anomaly',
    search: 'on files with judged searches: npm run evaluate -- search',
  } as Readonly<Partial<Record<ModelName, string>>>,
  off: 'Switched off',
  trained: 'Trained',
  rows: (count: number) => plural(count, 'row', 'rows'),
  took: (seconds: string) => `in ${seconds} s`,
  drift: 'Drift',
  driftUnknown: 'not measured yet',
  driftWords: { low: 'stable', some: 'some', much: 'much' },
  driftOf: (value: string, word: string) => `${value} (${word})`,
  lately: 'Since its training',
  latelyOf,
  latelyVersion: (version: number) => `version ${String(version)},`,
  latelyUnknown: 'not measured yet: it is with the next training',
  latelyOfRecommendations: 'what they lead to, ranked and drawn',
  latelyOfPrices: 'what prices led to is told on the page of each product',
  worse: 'Clearly worse than at its training.',
  training: { waits: 'Waits to be trained', runs: 'Is being trained', failed: 'The last training failed' },
  train: 'Train now',
  trainOf: (name: string) => `Train now: ${name}`,
  asked: 'The training is asked for.',
  switchOff: 'Switch off',
  switchOffOf: (name: string) => `Switch off: ${name}`,
  switchOn: 'Switch on',
  switchOnOf: (name: string) => `Switch on: ${name}`,
  switchedOff: 'The model is switched off.',
  switchedOn: 'The model is switched on.',
  gradesOf: (name: string) => `Grades of ${name}`,
  versionsOf: (name: string) => `Versions of ${name}`,
  gradeColumns: { metric: 'Measure', ours: 'Ours', interval: '95 % interval', baseline: 'Against' },
  better: { higher: 'higher is better', lower: 'lower is better' },
  versions: 'Versions',
  versionColumns: { version: 'Version', state: 'State', trained: 'Trained', reason: 'Why' },
  states: { live: 'Serves', replaced: 'Replaced', rejected: 'Rejected' },
  outcomes: 'What recommendations lead to',
  outcomesUnder:
    'Of what signed-in shoppers were shown in four weeks, the share they ordered within a week. One slot in twenty shows something further down instead: the difference is what the ranking is worth.',
  outcomeColumns: { where: 'Where', how: 'Chosen by', shown: 'Shown', ordered: 'Ordered', share: 'Share' },
  surfaces: { product: 'Product page', home: 'First page' },
  how: { ranked: 'the ranking', explored: 'chance' },
  noOutcomes: 'Nothing has been shown to signed-in shoppers yet.',

  demand: {
    title: 'Demand ahead',
    degraded: 'No model serves this product: the same weekday of the last four weeks is shown.',
    chart: (units: string, from: string, to: string) =>
      `Units a day: about ${units} in all from ${from} to ${to}, with 80 % and 95 % bounds`,
    units: 'units a day',
    inner: '80 % bounds',
    outer: '95 % bounds',
    mean: 'expected',
    method: 'Made by',
    wape: 'Error on days it had not seen',
    wapeAgainst: (ours: string, naive: string) => `${ours} of sales, seasonal naive ${naive}`,
    ungraded: 'not graded yet',
    trend: 'Trend of four weeks',
    strongest: 'Strongest day',
    weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    noSeason: 'no weekly pattern',
    reorder: 'When to reorder',
    point: 'Order at',
    pointOf: (units: string) => `${units} available or fewer`,
    safety: 'Of these for safety',
    quantity: 'To order now',
    nothing: 'nothing yet',
    lasts: 'Lasts until then',
    assumed: (days: number, level: string) =>
      `For a delivery in ${plural(days, 'day', 'days')}, of which it shall last in ${level}.`,
  },
  pricing: {
    title: 'Price suggestion',
    competitor: "A competitor's price",
    competitorHint: 'If you know one: at most a tenth more is suggested.',
    badAmount: 'An amount such as 12 or 12.50.',
    suggested: 'Suggested price',
    keep: 'Keep the price',
    gain: 'Expected gain',
    gainOf: (gain: string, days: number) => `${gain} in ${String(days)} days`,
    between: (low: string, high: string) => `80 %: ${low} to ${high}`,
    units: 'Units in that time',
    unitsOf: (now: string, then: string) => `${now} now, ${then} then`,
    elasticity: 'Price elasticity',
    elasticityOf: (value: string, low: string, high: string) => `${value} (${low} to ${high})`,
    pooled: 'as of all products: its own price has hardly moved',
    bounds: 'Between',
    apply: (price: string) => `Apply ${price}`,
    applyTitle: 'Apply the suggested price?',
    applyBody: (before: string, after: string) =>
      `The price changes from ${before} to ${after} now. Orders that were placed keep theirs, and the change is in the audit trail.`,
    applied: 'The price is set.',
    reasons: {
      keep: 'No other price is likely to earn more.',
      'raise for margin': 'A higher price earns more on each unit than it loses in units.',
      'lower for volume': 'A lower price sells enough more units to earn more in all.',
      'raise as stock is short':
        'More is asked for than there is: a higher price sells the same stock for more.',
      'held by a bound': 'The best price lies beyond the bounds; this is the nearest within them.',
      'held by the competitor': 'A higher price would be too far above the competitor.',
      'never below cost': 'A lower price would be below cost.',
      'no model': 'Nothing is known yet of how sales follow the price.',
    },
    outcomes: 'What price changes led to',
    outcomesUnder:
      'Units a day of the two weeks before and after. What else changed meanwhile is in it as well.',
    columns: { from: 'From', price: 'Price', before: 'Units a day before', after: 'After' },
    none: 'not yet',
  },
} as const;
