import type { components } from '@millrace/client';

type Schemas = components['schemas'];

export type FileView = Schemas['FilePage']['files'][number];
export type RunDetail = Schemas['RunDetail'];
export type RunLogLine = Schemas['RunLogLine'];
export type RunSummary = Schemas['RunSummary'];
