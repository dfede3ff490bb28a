/** What the fraud score of an order says, as its saga tells it: `fraud score 93: new account, address far away`. */
export interface Suspicion {
  readonly score: number;
  readonly reasons: readonly string[];
}

const TOLD = /^fraud score (\d+(?:\.\d+)?)(?:: (.*))?$/s;

/** Undefined: the text tells of no score. */
export function suspicionIn(reason: string | null): Suspicion | undefined {
  const [, score, reasons] = TOLD.exec(reason ?? '') ?? [];
  if (score === undefined) return undefined;
  return { score: Number(score), reasons: reasons === undefined ? [] : reasons.split(', ') };
}
