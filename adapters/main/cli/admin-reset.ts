import { runCommand } from './command.ts';
import { resetAdmin } from './reset-admin.ts';

await runCommand(resetAdmin);
