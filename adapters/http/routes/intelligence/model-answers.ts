import { z } from 'zod';
import { MODEL_NAMES } from '../../../../core/services/intelligence/ports.ts';

/** How the version that served did on what came after its training. */
const lately = z
  .object({
    version: z.number().describe('The version that was measured; a newer one may serve by now'),
    at: z.string().describe('When it was measured: with each training, by night that is'),
    metric: z.string().describe('As in `live.grades`: WAPE, precision above 80, log loss, RMSE of purchases'),
    higherIsBetter: z.boolean(),
    value: z.number().nullable().describe('Null while too little has come since the training'),
    low: z.number().nullable().describe('Lower bound of the 95 % interval'),
    high: z.number().nullable().describe('Upper bound of the 95 % interval'),
    atTraining: z.number().nullable().describe('The same figure on rows held out when it was trained'),
    counted: z.number().describe('How many units came since and were counted'),
    needed: z.number().describe('How many say something'),
    unit: z.enum(['days', 'weeks', 'orders', 'payments']),
    clearlyWorse: z.boolean().describe('The whole interval is worse than the grade'),
  })
  .describe(
    'How the model did on what came after its training; null: not measured yet, or nothing tells how right it was',
  );

/** What the list of models answers; further fields are those of `ModelStatus`. */
export const modelsAnswer = z.object({
  items: z
    .array(
      z.looseObject({
        name: z.enum(MODEL_NAMES),
        enabled: z.boolean(),
        trained: z
          .boolean()
          .describe('False: it learns while it serves; it has no versions and can only be switched'),
        lately: lately.nullable(),
      }),
    )
    .readonly(),
});
