export { ShellRunner, type ShellRunnerOptions } from './shell-runner.js';
