import net from 'node:net';

/**
 * Owns: TCP connections to one service that a test or a drill can cut, refuse, delay or swallow, and nobody else's.
 * Does not own: what travels on them.
 *
 * I1. Bytes arrive unchanged and in order, or not at all: a fault never invents what a network can't do.
 * I2. A black hole swallows ends of connections as well; what was under way arrives when it is over, as TCP sends it
 *     again. A statement that was on its way may thus arrive after its sender has given it up.
 */
export class TcpProxy {
  /** The service's URL with the proxy in front of it. */
  readonly url: string;
  readonly #server: net.Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #pairs = new Set<Pair>();
  readonly #weather: Weather = { silence: 'none', latencyMs: 0, jitterMs: 0 };
  #refusing = false;
  #disturbed = 0;

  private constructor(server: net.Server, url: URL) {
    this.#server = server;
    this.#target = { host: url.hostname, port: portOf(url) };
    const { port } = server.address() as net.AddressInfo;
    const through = new URL(url);
    through.hostname = '127.0.0.1';
    through.port = String(port);
    this.url = through.href;
    server.on('connection', (near) => {
      this.#connect(near);
    });
  }

  /** Resolves once it listens. */
  static async open(url: string): Promise<TcpProxy> {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, new URL(url));
  }

  /** Connections that were cut, refused, held or delayed, each as often as that happened to it. */
  get disturbed(): number {
    return this.#disturbed;
  }

  /** Ends every connection with a reset, as the crash of a router does. */
  cut(): void {
    this.#disturbed += this.#pairs.size;
    for (const pair of this.#pairs) pair.reset();
  }

  /** While true, connections end at once, new ones too: the service is down. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
    if (refusing) this.cut();
  }

  /** While true, nothing comes back from the service: what it got is unknown to the client. */
  holdAnswers(holding: boolean): void {
    this.#be(holding ? 'answers' : 'none');
  }

  /** While true, nothing passes either way and nobody is told. */
  blackHole(swallowing: boolean): void {
    this.#be(swallowing ? 'all' : 'none');
  }

  /** Swallows for ever what the present connections carry, as a firewall does that lost its table; new ones pass. */
  forget(): void {
    this.#disturbed += this.#pairs.size;
    for (const pair of this.#pairs) pair.forget();
  }

  /** Each way takes this much longer, and up to `jitterMs` more by chance; 0: as fast as it goes. */
  delay(latencyMs: number, jitterMs = 0): void {
    this.#weather.latencyMs = latencyMs;
    this.#weather.jitterMs = jitterMs;
    if (latencyMs + jitterMs > 0) this.#disturbed += this.#pairs.size;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #be(silence: Weather['silence']): void {
    this.#weather.silence = silence;
    if (silence !== 'none') this.#disturbed += this.#pairs.size;
    for (const pair of this.#pairs) pair.weatherChanged();
  }

  #connect(near: net.Socket): void {
    const { silence, latencyMs, jitterMs } = this.#weather;
    if (this.#refusing || silence !== 'none' || latencyMs + jitterMs > 0) this.#disturbed += 1;
    if (this.#refusing) {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const pair = new Pair(near, this.#target, this.#weather);
    this.#pairs.add(pair);
    void pair.ended.then(() => this.#pairs.delete(pair));
  }
}

interface Weather {
  silence: 'none' | 'answers' | 'all';
  latencyMs: number;
  jitterMs: number;
}

/** One connection of a client and the one to the service that belongs to it. */
class Pair {
  readonly ended: Promise<unknown>;
  readonly #near: net.Socket;
  readonly #far: net.Socket;
  readonly #there: Lane;
  readonly #back: Lane;
  #forgotten = false;

  constructor(near: net.Socket, target: { readonly host: string; readonly port: number }, weather: Weather) {
    this.#near = near;
    this.#far = net.connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#there = new Lane(near, this.#far, weather, () => this.#forgotten || weather.silence === 'all');
    this.#back = new Lane(this.#far, near, weather, () => this.#forgotten || weather.silence !== 'none');
    const closed = [near, this.#far].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    );
    this.ended = Promise.all(closed);
    this.weatherChanged();
  }

  weatherChanged(): void {
    this.#there.weatherChanged();
    this.#back.weatherChanged();
  }

  forget(): void {
    this.#forgotten = true;
    this.weatherChanged();
  }

  reset(): void {
    for (const socket of [this.#near, this.#far]) {
      // A socket that is shutting down can't be reset any more: Node would keep its handle for ever.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

/** One direction of a connection: a queue of chunks with the time from which each may go. */
class Lane {
  readonly #from: net.Socket;
  readonly #to: net.Socket;
  readonly #weather: Weather;
  readonly #held: () => boolean;
  readonly #queue: { readonly dueAt: number; readonly go: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: net.Socket, to: net.Socket, weather: Weather, held: () => boolean) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
    this.#held = held;
    from.on('error', () => undefined);
    from.on('data', (chunk) => this.#enter(() => to.write(chunk)));
    from.once('end', () => this.#enter(() => to.end()));
    from.once('close', () => this.#enter(() => to.destroySoon()));
    to.once('close', () => clearTimeout(this.#timer));
  }

  /** A lane that is held reads nothing: whether the other side has ended it can't know either (I2). */
  weatherChanged(): void {
    if (this.#held()) this.#from.pause();
    else this.#from.resume();
    this.#move();
  }

  #enter(go: () => void): void {
    const { latencyMs, jitterMs } = this.#weather;
    const soonest = this.#queue.at(-1)?.dueAt ?? 0;
    this.#queue.push({ dueAt: Math.max(soonest, Date.now() + latencyMs + Math.random() * jitterMs), go });
    this.#move();
  }

  #move(): void {
    clearTimeout(this.#timer);
    if (this.#held()) return;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      const waitMs = first.dueAt - Date.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#move(), waitMs);
        return;
      }
      this.#queue.shift();
      if (!this.#to.destroyed) first.go();
    }
  }
}

const USUAL_PORTS: Readonly<Record<string, number>> = {
  'amqp:': 5672,
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
};

function portOf({ protocol, port }: URL): number {
  const number = port === '' ? USUAL_PORTS[protocol] : Number(port);
  // A certificate is for the service's name, not for the proxy's.
  if (number === undefined) throw new Error(`no proxy carries ${protocol}//`);
  return number;
}
