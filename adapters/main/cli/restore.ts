import { runCommand } from './command.ts';
import { restoreData } from './restore-data.ts';

await runCommand(restoreData);
