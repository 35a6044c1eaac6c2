import { JobPayload } from '@millrace/contracts';

/** Where Bull Board leads from a job: to the page of its run, or of the first of several; nowhere from a job that is none of ours. */
export function runLink({ data }: { readonly data?: unknown }): { displayText: string; href: string } {
  const payload = JobPayload.safeParse(typeof data === 'string' ? JSON.parse(data) : data);
  if (!payload.success) return { displayText: 'No delivery of Millrace', href: '/' };
  const runs = payload.data.kind === 'wake' ? [payload.data.run] : payload.data.runs.map(([runId]) => runId);
  const others = runs.length > 1 ? ` (and ${runs.length - 1} more)` : '';
  return { displayText: `Run ${runs[0]}${others}`, href: `/runs/${runs[0]}` };
}
