/** Steps of an outline that are told in one answer. */
export const OUTLINE_STEPS_MAX = 10_000;
