import { z } from 'zod';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';
import type { QueueState } from '../../core/services/observation/report.ts';

/**
 * RabbitMQ's management API, read only: what AMQP does not tell of queues. The user of the URL needs the tag `monitoring`;
 * without one in it, the user of the AMQP connection is tried.
 */
export interface Management {
  /** All queues of the virtual host. Rejects with BrokerUnavailable. */
  queues(): Promise<readonly QueueState[]>;
}

const ANSWER_MS_MAX = 2_500;
const COLUMNS = [
  'name',
  'messages_ready',
  'messages_unacknowledged',
  'consumers',
  'message_stats.publish_details.rate',
  'message_stats.deliver_get_details.rate',
].join(',');

const rate = z.object({ rate: z.number() }).optional();
const queueList = z.array(
  z.object({
    name: z.string(),
    // Absent for a moment after a queue was made.
    messages_ready: z.number().default(0),
    messages_unacknowledged: z.number().default(0),
    consumers: z.number().default(0),
    message_stats: z.object({ publish_details: rate, deliver_get_details: rate }).optional(),
  }),
);

/** `url`: such as `http://127.0.0.1:15672`. */
export function openManagement({
  url,
  amqpUrl,
}: {
  readonly url: string;
  readonly amqpUrl: string;
}): Management {
  const base = new URL(url);
  const amqp = new URL(amqpUrl);
  const { username, password } = base.username === '' ? amqp : base;
  const name = decodeURIComponent(username === '' ? 'guest' : username);
  const secret = decodeURIComponent(password === '' ? 'guest' : password);
  const host = decodeURIComponent(amqp.pathname.slice(1));
  const path = `${base.pathname.replace(/\/$/, '')}/api/queues/${encodeURIComponent(host === '' ? '/' : host)}`;
  const address = new URL(`${path}?columns=${COLUMNS}`, base.origin);
  const authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
  return {
    async queues() {
      let answer: unknown;
      try {
        const response = await fetch(address, {
          headers: { authorization },
          signal: AbortSignal.timeout(ANSWER_MS_MAX),
        });
        if (!response.ok) throw new Error(`it answered ${String(response.status)}`);
        answer = await response.json();
      } catch (error) {
        throw new BrokerUnavailable("RabbitMQ's management does not answer", error);
      }
      return queueList.parse(answer).map((queue) => ({
        name: queue.name,
        ready: queue.messages_ready,
        unacknowledged: queue.messages_unacknowledged,
        consumers: queue.consumers,
        inPerSecond: queue.message_stats?.publish_details?.rate ?? 0,
        outPerSecond: queue.message_stats?.deliver_get_details?.rate ?? 0,
      }));
    },
  };
}
