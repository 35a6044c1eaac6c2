// Runs a thread's program, which is its argument, from the sources.
import { register } from 'tsx/esm/api';

register();
await import(String(process.argv[2]));
