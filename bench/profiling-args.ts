/** Arguments of a Node that leaves a CPU profile in this folder when it ends; none without a folder. */
export function profilingArgs(folder: string | undefined): readonly string[] {
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
