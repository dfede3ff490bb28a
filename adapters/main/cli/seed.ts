import { runCommand } from './command.ts';
import { seedData } from './seed-data.ts';

await runCommand(seedData);
