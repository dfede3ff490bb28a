import process from 'node:process';
import { writeDefinitions } from '../../rabbitmq/definitions.ts';
import { loadSettings } from '../settings.ts';
import { platformTopology } from '../topology.ts';

/** `npm run rabbitmq:definitions`: writes RabbitMQ's objects of the default number of partitions, or of `PARTITIONS`. */
await writeDefinitions('rabbitmq/definitions.json', platformTopology(loadSettings(process.env).partitions));
