import { z } from 'zod';

const SEED_MAX = 0xffff_ffff;
const BUDGET = 0.01;

/** Options of every evaluation that tells two classes apart. */
export const gradingOptions = z.strictObject({
  label: z
    .string()
    .min(1)
    .optional()
    .describe('the column that holds the class, two of them; found by its usual names'),
  positive: z.string().min(1).optional().describe('the class that is looked for; else told by its name'),
  time: z
    .string()
    .min(1)
    .optional()
    .describe('a column of dates or steps: the latest rows are graded on; without it rows drawn at random'),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(SEED_MAX)
    .default(1)
    .describe('of the split, the draws and the trees; 1'),
  budget: z.coerce
    .number()
    .gt(0)
    .max(1)
    .default(BUDGET)
    .describe('the share of the rows that can be reviewed, for precision at a budget; 0.01'),
});
