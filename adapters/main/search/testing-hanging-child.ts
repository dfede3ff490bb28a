/* A search thread that takes everything in and never answers. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => undefined);
