import type { Fault } from './faults.ts';
import { FAIR_WEATHER, type LinkWeather } from './link.ts';

/** How the way to the broker is for one process just now. Probabilities are per publish. */
export interface BrokerWeather {
  /** One way, on average, milliseconds. */
  readonly latencyMs: number;
  /** Nothing, or only the first frames, arrive; the publisher is told that nobody knows. */
  readonly publishLost: number;
  /** All arrive; the publisher is told that nobody knows. */
  readonly confirmLost: number;
  /** A frame arrives twice. */
  readonly duplicate: number;
  readonly away: boolean;
}

export type Destination = 'store' | 'gateway' | 'carrier' | 'mailer';

/**
 * Owns: what the faults that are going on mean for each way out of each process.
 */
export class Weather {
  private readonly usual: { readonly link: LinkWeather; readonly broker: BrokerWeather };
  private readonly going: { readonly fault: Fault; readonly victim: string }[] = [];
  private readonly links = new Map<string, LinkWeather>();
  private readonly brokers = new Map<string, BrokerWeather>();

  constructor(latencyMs: number) {
    const link = { ...FAIR_WEATHER, latencyMs };
    this.usual = { link, broker: { latencyMs, publishLost: 0, confirmLost: 0, duplicate: 0, away: false } };
  }

  /** `victim`: the slot of the process that faults of one process meet. */
  begin(fault: Fault, victim: string): void {
    this.going.push({ fault, victim });
    this.forget();
  }

  end(fault: Fault): void {
    const index = this.going.findIndex((each) => each.fault === fault);
    if (index >= 0) this.going.splice(index, 1);
    this.forget();
  }

  link(destination: Destination, process: string): LinkWeather {
    if (this.going.length === 0) return this.usual.link;
    const key = `${destination} ${process}`;
    let weather = this.links.get(key);
    if (weather === undefined) {
      weather = this.going.reduce(
        (sum, { fault, victim }) => linkUnder(sum, fault, destination, victim === process),
        this.usual.link,
      );
      this.links.set(key, weather);
    }
    return weather;
  }

  broker(process: string): BrokerWeather {
    if (this.going.length === 0) return this.usual.broker;
    let weather = this.brokers.get(process);
    if (weather === undefined) {
      weather = this.going.reduce((sum, { fault }) => brokerUnder(sum, fault), this.usual.broker);
      this.brokers.set(process, weather);
    }
    return weather;
  }

  private forget(): void {
    this.links.clear();
    this.brokers.clear();
  }
}

function linkUnder(weather: LinkWeather, fault: Fault, to: Destination, isVictim: boolean): LinkWeather {
  const { name, strength } = fault;
  const [part, ...rest] = name.split('-');
  if (part !== to) return weather;
  switch (rest.join('-')) {
    case 'slow':
      return { ...weather, latencyMs: weather.latencyMs + 20 + 400 * strength };
    case 'away':
      return { ...weather, away: true };
    case 'cut-off':
      return isVictim ? { ...weather, away: true } : weather;
    case 'refuses':
      // A carrier that refuses says so in its answer; a store that refuses is not there for the call.
      return to === 'carrier' ? weather : { ...weather, refused: 0.05 + 0.6 * strength };
    case 'answers-lost':
      return { ...weather, answerLost: 0.05 + 0.6 * strength };
    case 'silent':
      return { ...weather, silent: 0.2 + 0.8 * strength };
    case 'late':
      return to === 'store'
        ? { ...weather, late: 0.3, lateMs: 4_000 * strength, answerLost: 0.3 }
        : { ...weather, late: 0.5, lateMs: LATE_MS_MAX * strength };
    default:
      return weather;
  }
}

function brokerUnder(weather: BrokerWeather, { name, strength }: Fault): BrokerWeather {
  switch (name) {
    case 'broker-slow':
      return { ...weather, latencyMs: weather.latencyMs + 20 + 300 * strength };
    case 'broker-away':
      return { ...weather, away: true };
    case 'broker-loses-publishes':
      return { ...weather, publishLost: 0.05 + 0.5 * strength };
    case 'broker-loses-confirms':
      return { ...weather, confirmLost: 0.05 + 0.5 * strength };
    case 'broker-duplicates':
      return { ...weather, duplicate: 0.05 + 0.6 * strength };
    default:
      return weather;
  }
}

/** A call that arrives later than this died on the way: what payments relies on (P15). */
const LATE_MS_MAX = 2_500;
