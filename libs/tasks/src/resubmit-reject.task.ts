import { ResubmitReject, ResubmitRejectResult } from '@millrace/contracts';
import { type Completion, defineService, defineTask } from '@millrace/sdk';
import { z } from 'zod';

const Input = z.strictObject({ fileId: z.uuid(), index: z.int().min(0), ...ResubmitReject.shape });

/** What `resubmit-reject` needs of its worker: something that loads one record of a file and ends the run with it. */
export const RejectResubmission = defineService<{
  resubmit(
    reject: z.output<typeof Input>,
    context: { readonly runId: string; completion(result: ResubmitRejectResult): Completion },
  ): Promise<Completion>;
}>('reject-resubmission');

/** Loads one record that was set aside, as it stands or put right: row, ledger and this run's end in one transaction. */
export const resubmitReject = defineTask({
  id: 'resubmit-reject',
  description: 'Loads one record that was set aside, as it stands or put right.',
  input: Input,
  result: ResubmitRejectResult,
  queue: 'load',
  uses: { rejects: RejectResubmission },
  run: (reject, ctx) => ctx.services.rejects.resubmit(reject, ctx),
});
