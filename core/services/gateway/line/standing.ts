import type { LineHead, Place, Standing } from './ports.ts';

/*
 * Where a shopper stands, told from the place and the head of the line alone. Pure.
 */

const POLL_MS_MIN = 1_000;
const POLL_MS_MAX = 15_000;
/** Without a turn given yet nobody knows; then a place is thought to take this long. */
const SECONDS_PER_PLACE_UNKNOWN = 0.5;
const ETA_SECONDS_MAX = 86_400;

export function standingOf(
  place: Place,
  head: LineHead,
  /** Turns given a second lately; 0: none. */
  turnsPerSecond: number,
  nowMs: number,
): Standing {
  const waits = place.state === 'waiting' && place.position > head.admittedUpTo;
  const position = waits ? place.position - head.admittedUpTo : 0;
  const etaSeconds = waits ? etaOf(position, turnsPerSecond) : 0;
  const state = head.soldOut && place.state !== 'used' ? 'sold_out' : waits ? 'waiting' : stateOf(place);
  return {
    state,
    position,
    etaSeconds,
    turnUntil: place.turnUntilMs === null ? null : new Date(place.turnUntilMs).toISOString(),
    pollAfter: new Date(nowMs + pollMs(etaSeconds)).toISOString(),
  };
}

function stateOf({ state }: Place): 'turn' | 'used' | 'waiting' {
  if (state === 'used') return 'used';
  // Admitted by the head, not read again yet: the turn is there.
  return state === 'turn' || state === 'waiting' ? 'turn' : 'waiting';
}

function etaOf(position: number, turnsPerSecond: number): number {
  const perPlace = turnsPerSecond > 0 ? 1 / turnsPerSecond : SECONDS_PER_PLACE_UNKNOWN;
  return Math.min(ETA_SECONDS_MAX, Math.max(1, Math.ceil(position * perPlace)));
}

/** Halfway there, so that nobody asks in vain often and nobody is late; never a crowd at one moment. */
function pollMs(etaSeconds: number): number {
  return Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, (etaSeconds * 1_000) / 2));
}

/** How fast turns were given, over the last minute of looks at the head. */
export class AdmissionRate {
  readonly #windowMs: number;
  #looks: { readonly atMs: number; readonly admittedUpTo: number }[] = [];

  constructor(windowMs = 60_000) {
    this.#windowMs = windowMs;
  }

  look(atMs: number, admittedUpTo: number): void {
    this.#looks.push({ atMs, admittedUpTo });
    const first = this.#looks.findIndex((look) => look.atMs > atMs - this.#windowMs);
    // The last look before the window is where it begins.
    if (first > 1) this.#looks = this.#looks.slice(first - 1);
  }

  perSecond(): number {
    const [first, last] = [this.#looks.at(0), this.#looks.at(-1)];
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.admittedUpTo - first.admittedUpTo) * 1_000) / (last.atMs - first.atMs);
  }
}
