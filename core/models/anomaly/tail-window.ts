/** The tail starts at the upper twentieth of what was seen. */
const TAIL_SHARE = 0.05;
const TAIL_VALUES_MIN = 10;
/** A heavier tail than this has no finite variance: surprises would never count as rare. */
const SHAPE_MAX = 0.5;
const SHAPE_MIN = -0.5;
/** The tail is fitted anew after so many values: it changes slowly, the fit costs. */
const FIT_EVERY = 16;

/**
 * How rare a value is among the recent ones: their share above it, and beyond their upper twentieth the generalised
 * Pareto tail fitted to them (Siffer, Fouque, Termier and Largouët, Anomaly Detection in Streams with Extreme Value
 * Theory, 2017; fitted by probability weighted moments, Hosking and Wallis 1987).
 */
export class TailWindow {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;
  #sinceFit = FIT_EVERY;
  #threshold = 0;
  #scale = 0;
  #shape = 0;

  constructor(capacity: number) {
    this.#ring = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  get size(): number {
    return this.#count;
  }

  /** The middle value; NaN while there is none. */
  get median(): number {
    return this.#sorted[(this.#count - 1) >> 1] ?? Number.NaN;
  }

  push(value: number): void {
    if (this.#count === this.#ring.length) this.#remove(this.#ring[this.#next] ?? 0);
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#count);
    this.#sorted[place] = value;
    this.#ring[this.#next] = value;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#count += 1;
    this.#sinceFit += 1;
  }

  /** The probability of a value at least as high, from what was pushed before; 1 while too little was. */
  tailOf(value: number): number {
    const tail = Math.floor(this.#count * TAIL_SHARE);
    if (tail < TAIL_VALUES_MIN) return 1;
    if (this.#sinceFit >= FIT_EVERY) this.#fit(tail);
    if (value <= this.#threshold) return (this.#count - this.#placeOf(value)) / this.#count;
    if (this.#scale <= 0) return value > (this.#sorted[this.#count - 1] ?? value) ? 0 : TAIL_SHARE;
    const excess = (value - this.#threshold) / this.#scale;
    if (Math.abs(this.#shape) < 1e-6) return TAIL_SHARE * Math.exp(-excess);
    const base = 1 + this.#shape * excess;
    return base <= 0 ? 0 : TAIL_SHARE * base ** (-1 / this.#shape);
  }

  #fit(tail: number): void {
    this.#sinceFit = 0;
    const from = this.#count - tail;
    this.#threshold = this.#sorted[from - 1] ?? 0;
    let mean = 0;
    let weighted = 0;
    for (let rank = 0; rank < tail; rank += 1) {
      const excess = (this.#sorted[from + rank] ?? 0) - this.#threshold;
      mean += excess;
      weighted += excess * (1 - (rank + 0.65) / tail);
    }
    mean /= tail;
    weighted /= tail;
    const spread = mean - 2 * weighted;
    const shape = spread <= 0 ? 0 : 2 - mean / spread;
    // Hosking and Wallis' k has the opposite sign of the shape.
    this.#shape = Math.min(SHAPE_MAX, Math.max(SHAPE_MIN, shape));
    // With the shape within its bounds the mean excess still is scale / (1 - shape).
    this.#scale = mean * (1 - this.#shape);
    // Below zero the tail would end, and everything beyond its end be impossible: an exponential one is safer.
    if (this.#shape < 0) [this.#shape, this.#scale] = [0, mean];
  }

  #remove(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place, place + 1, this.#count);
    this.#count -= 1;
  }

  /** Where the first value lies that is not below the given one. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
