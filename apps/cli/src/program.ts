import { Command } from 'commander';
import { filesCommand } from './commands/files.js';
import { loadCommand } from './commands/load.js';
import { logsCommand } from './commands/logs.js';
import { runCommand } from './commands/run.js';
import { runsCommand } from './commands/runs.js';
import { showCommand } from './commands/show.js';
import { cancelCommand, retryCommand } from './commands/steer.js';
import { tasksCommand } from './commands/tasks.js';
import { CONNECTION_OPTIONS } from './connection.js';
import type { Terminal } from './terminal.js';

/** The whole command line. */
export function millraceProgram(terminal: Terminal): Command {
  const program = new Command('millrace')
    .description('Run tasks, follow runs and look at files of a Millrace.')
    .showHelpAfterError('(add --help for what is allowed)')
    .exitOverride();
  for (const option of CONNECTION_OPTIONS) program.addOption(option);
  for (const make of [
    tasksCommand,
    runCommand,
    runsCommand,
    showCommand,
    logsCommand,
    cancelCommand,
    retryCommand,
    filesCommand,
    loadCommand,
  ]) {
    const command = make(terminal).copyInheritedSettings(program);
    for (const below of command.commands) below.copyInheritedSettings(program);
    program.addCommand(command);
  }
  return program;
}
