import { z } from 'zod';

/** Query of `POST /files`. */
export const FileUploadQuery = z.strictObject({
  name: z.string().min(1).describe('Name of the file, by which its feed is found: objects_detection_20240718.json'),
});
export type FileUploadQuery = z.infer<typeof FileUploadQuery>;
