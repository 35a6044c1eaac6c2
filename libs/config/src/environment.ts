export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The process's environment, completed by the file `.env` of the working directory when there is one. It is loaded into
 * `process.env`, so that users' tasks see it too.
 */
export function readEnvironment(): Environment {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}
