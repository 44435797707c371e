#!/usr/bin/env node
/* The executable: `spantree` on the command line. */
import { runCommand } from './command.js';

process.exitCode = await runCommand(process.argv.slice(2), process);
