import { gradeClassifier } from '../classification/grading.ts';
import { gradingOptions } from '../classification/options.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';

const LABEL = {
  usualNames: [
    'label',
    'failed',
    'is_failed',
    'declined',
    'payment_failed',
    'outcome',
    'status',
    'success',
    'is_success',
    'succeeded',
    'approved',
    'target',
  ],
  positiveTexts: ['failed', 'failure', 'fail', 'declined', 'refused', 'rejected', 'error', 'unsuccessful'],
  negativeTexts: [
    'succeeded',
    'success',
    'successful',
    'approved',
    'accepted',
    'authorized',
    'authorised',
    'captured',
    'settled',
    'processed',
    'completed',
    'paid',
    'ok',
  ],
  oppositeColumn:
    /(^|[_\W])(is_?)?(succe|approv|accept|authori|captur|settle|process|complet|paid|ok($|[_\W]))/i,
};

/** The same classifier on payments: failures are what it looks for, also in a column that says yes to success. */
export const paymentsEvaluation: Evaluation<typeof gradingOptions> = {
  name: 'payments',
  summary: 'tells payments that will fail from those that will not; baselines as for fraud',
  columns: [
    {
      name: 'LABEL',
      required: true,
      holds: 'two classes: 0/1, failed/succeeded, declined/approved; see --label, --positive',
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
