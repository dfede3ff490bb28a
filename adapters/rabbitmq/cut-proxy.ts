import net from 'node:net';

/** A TCP proxy in front of RabbitMQ whose connections a test can cut, hold or refuse, and nobody else's. */
export class CutProxy {
  readonly #server: net.Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #pairs = new Set<readonly [net.Socket, net.Socket]>();
  #refusing = false;

  private constructor(url: URL) {
    this.#target = { host: url.hostname, port: url.port === '' ? 5672 : Number(url.port) };
    this.#server = net.createServer((near) => {
      this.#connect(near);
    });
  }

  /** Resolves with the proxy and the URL that leads through it. */
  static async open(url: string): Promise<{ proxy: CutProxy; url: string }> {
    const through = new URL(url);
    const proxy = new CutProxy(through);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    through.hostname = '127.0.0.1';
    through.port = String(address.port);
    return { proxy, url: through.href };
  }

  /** Ends every connection as a crash of the network does. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  /** While true, new connections end at once: the broker is down. */
  refuse(refusing: boolean): void {
    this.#refusing = refusing;
    if (refusing) this.cut();
  }

  /** While true, nothing comes back from the broker: what it got is unknown to the client. */
  hold(holding: boolean): void {
    for (const [, far] of this.#pairs) {
      if (holding) far.pause();
      else far.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(near: net.Socket): void {
    near.on('error', () => undefined);
    if (this.#refusing) {
      near.destroy();
      return;
    }
    near.setNoDelay(true);
    const far = net.connect({ ...this.#target, noDelay: true });
    far.on('error', () => undefined);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => near.write(chunk));
    for (const socket of pair) {
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}
