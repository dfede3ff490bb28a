import { TcpProxy } from '../../network/tcp-proxy.ts';
import type { ServiceUrls } from './stage.ts';

/** The ways of one process to the services, each of which a drill can disturb. */
export interface Links {
  readonly postgres: TcpProxy;
  readonly rabbitmq: TcpProxy;
  readonly redis: TcpProxy;
  /** The settings that lead through them. */
  readonly urls: ServiceUrls;
  close(): Promise<void>;
}

export async function openLinks(urls: ServiceUrls): Promise<Links> {
  const [postgres, rabbitmq, redis] = await Promise.all([
    TcpProxy.open(urls.DATABASE_URL),
    TcpProxy.open(urls.AMQP_URL),
    TcpProxy.open(urls.REDIS_URL),
  ]);
  return {
    postgres,
    rabbitmq,
    redis,
    urls: { DATABASE_URL: postgres.url, AMQP_URL: rabbitmq.url, REDIS_URL: redis.url },
    async close() {
      await Promise.all([postgres.close(), rabbitmq.close(), redis.close()]);
    },
  };
}
