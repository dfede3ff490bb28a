import type { StoredDeadLetter } from '../../../core/engine/ports.ts';
import { silentLogger } from '../../../core/kernel/logger.ts';
import { createDeadLetterJournal } from '../../postgres/dead-letters/journal.ts';
import { openRabbit } from '../../rabbitmq/broker.ts';
import { openData } from '../data-folder.ts';
import { platformTopology, QUEUE_SERVICES } from '../topology.ts';
import { CommandRefused, type CommandContext } from './command.ts';

/** Letters told of one service; the oldest ones are the ones to begin with. */
const TOLD_MAX = 100;

const USAGE = `npm run dead-letters                          lists them
npm run dead-letters -- SERVICE               those of one service, in full
npm run dead-letters -- replay SERVICE [ID …] returns them (all, or those named) to the queue they came from
Services: ${QUEUE_SERVICES.join(', ')}`;

/** What the command needs of the dead letters, wherever they lie. */
interface DeadLetters {
  list(service: string): Promise<readonly StoredDeadLetter[]>;
  replay(service: string, ids: readonly string[] | undefined): Promise<number>;
  close(): Promise<void>;
}

/** Looks at messages that could not be handled, or sends them back to where they came from. */
export async function handleDeadLetters(context: CommandContext): Promise<void> {
  const { args, print } = context;
  const [first, ...rest] = args;
  const replay = first === 'replay';
  const service = replay ? rest[0] : first;
  if ((replay && service === undefined) || (service !== undefined && !QUEUE_SERVICES.includes(service))) {
    throw new CommandRefused(USAGE);
  }
  const letters = await openDeadLetters(context);
  try {
    if (replay && service !== undefined) {
      const ids = rest.slice(1);
      const count = await letters.replay(service, ids.length === 0 ? undefined : ids);
      print(`${String(count)} returned to ${service}.`);
      return;
    }
    for (const each of service === undefined ? QUEUE_SERVICES : [service]) {
      const found = await letters.list(each);
      print(`${each}: ${found.length === TOLD_MAX ? `${String(TOLD_MAX)} or more` : String(found.length)}`);
      for (const letter of found)
        print(service === undefined ? line(letter) : JSON.stringify(letter, null, 2));
    }
  } finally {
    await letters.close();
  }
}

function line({ id, diedAt, queue, attempts, code, reason }: StoredDeadLetter): string {
  return `  ${id}  ${diedAt}  ${queue}  ${String(attempts)} attempts  ${code}: ${reason}`;
}

async function openDeadLetters({ settings }: CommandContext): Promise<DeadLetters> {
  if (settings.amqpUrl !== undefined) {
    const broker = await openRabbit(settings.amqpUrl, {
      topology: platformTopology(settings.partitions),
      clientName: 'orrery-cli',
      logger: silentLogger,
    });
    return {
      list: (service) => broker.deadLetters(service, TOLD_MAX),
      replay: (service, ids) => broker.replayDeadLetters(service, ids),
      close: () => broker.close(),
    };
  }
  const database = await openData(settings, { poolMax: 1, applicationName: 'orrery-cli' });
  const journal = createDeadLetterJournal(database);
  return {
    list: (service) => journal.list(service, TOLD_MAX),
    replay: () =>
      Promise.reject(
        new CommandRefused(
          'Without AMQP_URL the queues are in the running process: nothing out here can fill them.',
        ),
      ),
    close: () => database.close(),
  };
}
