import { gradeClassifier } from '../classification/grading.ts';
import { gradingOptions } from '../classification/options.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';

const LABEL = {
  usualNames: [
    'label',
    'failed',
    'declined',
    'payment_failed',
    'outcome',
    'status',
    'success',
    'succeeded',
    'target',
  ],
  positiveTexts: [
    '1',
    'true',
    't',
    'yes',
    'y',
    'failed',
    'failure',
    'declined',
    'refused',
    'rejected',
    'error',
  ],
};

/** The same classifier on payments: the class with the name of a failure, or 1, is what it looks for. */
export const paymentsEvaluation: Evaluation<typeof gradingOptions> = {
  name: 'payments',
  summary: 'tells payments that will fail from those that will not; baselines as for fraud',
  columns: [
    {
      name: 'LABEL',
      required: true,
      holds: 'two classes: 0/1, failed/succeeded, declined/approved; see --label',
    },
    { name: 'TIME', required: false, holds: 'dates or step numbers; see --time' },
    {
      name: '…',
      required: false,
      holds: 'every other column is a feature: numbers, dates or texts, empty allowed',
    },
  ],
  options: gradingOptions,
  run: (table, options) => gradeClassifier(table, LABEL, options),
};
