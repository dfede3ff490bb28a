import { z } from 'zod';
import { BadInput } from '../evaluation/bad-input.ts';
import { bootstrap, BOOTSTRAP_DRAWS } from '../evaluation/bootstrap.ts';
import type { DetailTable, Evaluation, Grade, Report } from '../evaluation/evaluation.ts';
import { alarmsFor, detectorOptions, type Alarms } from './compare.ts';
import { ALARM_BELOW } from './detector.ts';
import { normalisedScore, scoreAlarms, type AlarmScore } from './nab-score.ts';
import { readLabelled, type Labelled, type ReadSeries } from './read-series.ts';

const options = z.strictObject({
  windows: z
    .string({ error: 'say which file holds the labelled windows' })
    .describe(
      'file of the labelled windows: columns start,end (and series), or .json of [["start", "end"], …]',
    ),
});

type Detector = Exclude<keyof Alarms, 'window'>;

const DETECTORS: readonly { readonly key: Detector; readonly model: string; readonly baseline: boolean }[] = [
  { key: 'ours', model: 'ours', baseline: false },
  { key: 'usual', model: 'moving z-score above 3', baseline: true },
  { key: 'rested', model: 'moving z-score, as rare and as quiet as ours', baseline: true },
];
/** Fewer series than this are no sample to draw from. */
const SERIES_FOR_INTERVALS = 5;
const SHOWN_NAMES = 5;

const METRICS: readonly {
  readonly metric: string;
  readonly of: (scores: readonly AlarmScore[]) => number;
}[] = [
  { metric: 'NAB score', of: normalisedScore },
  { metric: 'precision', of: (scores) => shareOf(scores, 'trueAlarms', 'alarms') },
  { metric: 'recall', of: (scores) => shareOf(scores, 'found', 'windows') },
];

/** Grades alarms on series whose anomalies somebody has labelled. */
export const anomalyEvaluation: Evaluation<typeof options> = {
  name: 'anomaly',
  summary: 'what is odd in a stream of values, against moving z-scores; graded by labelled windows',
  columns: [
    { name: 'time', required: true, holds: 'date and time (or number of a step)' },
    { name: 'value', required: true, holds: 'what was measured; empty where nothing was' },
    { name: 'series', required: false, holds: 'name of the series, when the file holds several' },
  ],
  options,
  files: ['windows'],
  run(table, _given, further) {
    const windows = further?.get('windows');
    if (windows === undefined) throw new BadInput('--windows: say which file holds the labelled windows');
    const read = readLabelled(table, windows);
    const alarms = read.labelled.map(alarmsFor);
    const scores = scoresOf(read.labelled, alarms);
    if (scores.ours.every(({ windows: count }) => count === 0)) {
      throw new BadInput('--windows: no window ends after the learning time, so that nothing can be graded');
    }
    return reportOf(read, alarms, scores);
  },
};

type Scores = Readonly<Record<Detector, readonly AlarmScore[]>>;

function scoresOf(labelled: readonly Labelled[], alarms: readonly Alarms[]): Scores {
  const of = (key: Detector): AlarmScore[] =>
    labelled.map(({ values, windows }, index) =>
      scoreAlarms(values.length, alarms[index]?.[key] ?? [], windows),
    );
  return { ours: of('ours'), usual: of('usual'), rested: of('rested') };
}

function shareOf(
  scores: readonly AlarmScore[],
  part: 'trueAlarms' | 'found',
  whole: 'alarms' | 'windows',
): number {
  let parts = 0;
  let wholes = 0;
  for (const score of scores) {
    parts += score[part];
    wholes += score[whole];
  }
  return wholes === 0 ? Number.NaN : parts / wholes;
}

function reportOf(read: ReadSeries, alarms: readonly Alarms[], scores: Scores): Report {
  const series = read.labelled.length;
  const grades = DETECTORS.flatMap(({ key, model, baseline }) =>
    METRICS.map(({ metric, of }): Grade => {
      const own = scores[key];
      const value = of(own);
      if (series < SERIES_FOR_INTERVALS) return { model, baseline, metric, value };
      const interval = bootstrap(series, (drawn) =>
        of(Array.from(drawn).flatMap((index) => own[index] ?? [])),
      );
      return { model, baseline, metric, value, ...interval };
    }),
  );
  const total = (pick: (each: AlarmScore) => number): number =>
    scores.ours.reduce((sum, each) => sum + pick(each), 0);
  return {
    grades,
    better: { 'NAB score': 'higher', precision: 'higher', recall: 'higher' },
    interval:
      series < SERIES_FOR_INTERVALS
        ? `none: fewer than ${String(SERIES_FOR_INTERVALS)} series are no sample to draw from`
        : `95 % bootstrap over series, ${String(BOOTSTRAP_DRAWS)} draws`,
    facts: {
      series,
      points: read.labelled.reduce((sum, { values }) => sum + values.length, 0),
      'windows graded': total(({ windows }) => windows),
      'windows without a point of the series, left out': read.outside,
      'values at a time that came again, left out': read.duplicates,
      'our alarms come below a probability of': ALARM_BELOW,
    },
    notes: notesOf(read),
    details: [perSeries(read.labelled, alarms, scores)],
  };
}

function notesOf({ tooShort }: ReadSeries): string[] {
  const notes = [
    'The first 15 % of each series (750 points at most) are for learning: no alarm there counts. No detector sees a label; our threshold is a constant.',
    'NAB score: Lavin and Ahmad 2015, standard profile; 0 is silence, 100 an alarm at the start of each window and none elsewhere; below 0 false alarms cost more than was found.',
    "Points beyond a z-score's threshold that follow each other are one alarm. Its window is the one that foretells the learning time best.",
  ];
  if (tooShort.length > 0) {
    const names = tooShort.slice(0, SHOWN_NAMES).join(', ');
    notes.push(
      `${String(tooShort.length)} series too short, left out: ${names}${tooShort.length > SHOWN_NAMES ? ', …' : ''}.`,
    );
  }
  return notes;
}

function perSeries(labelled: readonly Labelled[], alarms: readonly Alarms[], scores: Scores): DetailTable {
  return {
    title: 'By series',
    header: [
      'series',
      'points',
      'windows',
      'found',
      'alarms',
      'NAB score',
      'z-score found',
      'z-score alarms',
      'z-score window',
      'rest',
    ],
    rows: labelled.map((series, index) => {
      const [ours, usual] = [scores.ours[index], scores.usual[index]];
      return [
        series.name === '' ? 'the only one' : series.name,
        series.values.length,
        ours?.windows ?? 0,
        ours?.found ?? 0,
        ours?.alarms ?? 0,
        ours === undefined ? Number.NaN : normalisedScore([ours]),
        usual?.found ?? 0,
        usual?.alarms ?? 0,
        alarms[index]?.window ?? 0,
        detectorOptions(series).restPoints,
      ];
    }),
  };
}
