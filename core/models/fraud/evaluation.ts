import { gradeClassifier } from '../classification/grading.ts';
import { gradingOptions } from '../classification/options.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { simulatedFraud } from './simulation/evaluation.ts';

const LABEL = {
  usualNames: ['label', 'fraud', 'is_fraud', 'isFraud', 'fraud_bool', 'fraudulent', 'Class', 'target', 'y'],
  positiveTexts: ['fraud', 'fraudulent', 'bad', 'chargeback', 'positive', 'suspicious'],
  negativeTexts: ['legit', 'legitimate', 'genuine', 'honest', 'good', 'negative', 'normal'],
  oppositeColumn: /legit|genuine|honest|good/i,
};

/** Boosted trees against a logistic regression and the best single feature, on any table of labelled orders. */
export const fraudEvaluation: Evaluation<typeof gradingOptions> = {
  name: 'fraud',
  summary:
    'tells fraudulent orders from honest ones; against a logistic regression and the best single feature',
  columns: [
    {
      name: 'LABEL',
      required: true,
      holds: 'two classes: 0/1, true/false, yes/no, fraud/legit; see --label',
    },
    { name: 'TIME', required: false, holds: 'dates or step numbers; see --time' },
    {
      name: '…',
      required: false,
      holds: 'every other column is a feature: numbers, dates or texts, empty allowed',
    },
  ],
  options: gradingOptions,
  simulated: simulatedFraud,
  run: (table, options) => gradeClassifier(table, LABEL, options),
};
