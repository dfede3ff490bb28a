import type { Json } from '../../engine/behaviour.ts';
import type { DeadLetter, Delivery, StoredDeadLetter } from '../../engine/ports.ts';
import { DEAD_LETTER_ID } from '../../engine/topology.ts';

/**
 * Reads what lies in a queue of dead letters: a letter of ours, messages that the broker itself put aside (`x-death` says
 * whence and why), or whatever somebody else put there. `contentHash` gives what has no id one that is the same each time.
 */
export function lettersIn(
  service: string,
  {
    messages,
    unreadable,
    headers,
    attempts,
  }: Pick<Delivery, 'messages' | 'unreadable' | 'headers' | 'attempts'>,
  now: string,
  contentHash: (text: string) => string,
): readonly StoredDeadLetter[] {
  const contents = unreadable === undefined ? messages : [unreadable];
  const death = deathIn(headers);
  return contents.map((content, index) => {
    const own = headers[DEAD_LETTER_ID];
    const id = (): string => contentHash(`${service}/${String(index)}/${JSON.stringify([content, headers])}`);
    if (death === undefined && isLetter(content))
      return { ...content, service, id: typeof own === 'string' ? own : id() };
    return {
      id: id(),
      service,
      queue: death?.queue ?? '',
      message: content,
      code: death === undefined ? 'foreign' : `broker_${death.reason}`,
      reason:
        death === undefined
          ? 'not a dead letter of this platform'
          : `the broker put it aside: ${death.reason}`,
      attempts,
      headers,
      diedAt: now,
    };
  });
}

/** The newest entry of what RabbitMQ notes about messages that it dead-letters itself. */
function deathIn(headers: Readonly<Record<string, Json>>): { queue: string; reason: string } | undefined {
  const deaths = headers['x-death'];
  if (!Array.isArray(deaths)) return undefined;
  const [latest] = deaths as readonly Json[];
  if (typeof latest !== 'object' || latest === null || Array.isArray(latest)) return undefined;
  const { queue, reason } = latest as Readonly<Record<string, Json>>;
  return typeof queue === 'string'
    ? { queue, reason: typeof reason === 'string' ? reason : 'unknown' }
    : undefined;
}

function isLetter(content: unknown): content is DeadLetter {
  if (typeof content !== 'object' || content === null) return false;
  const { queue, code, reason, diedAt } = content as Readonly<Record<string, unknown>>;
  return [queue, code, reason, diedAt].every((field) => typeof field === 'string') && 'message' in content;
}
