import { runCommand } from './command.ts';
import { resetData } from './reset-data.ts';

await runCommand(resetData);
