import { answerOf, createMillraceClient, MillraceProblem } from '@millrace/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { tokenKeeper } from './token.js';

/** The API that serves this page. */
export const api = createMillraceClient({ baseUrl: location.origin, token: () => tokenKeeper.token });

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one; an API that is away may come back.
      retry: (failures, error) => !(error instanceof MillraceProblem) && failures < 3,
      staleTime: 1_000,
    },
  },
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof MillraceProblem && error.code === 'MR_UNAUTHORIZED') tokenKeeper.refuse();
    },
  }),
});

/** Whether the API takes this token. @throws UnreachableError */
export async function isTokenAccepted(token: string): Promise<boolean> {
  const client = createMillraceClient({ baseUrl: location.origin, token: () => token });
  try {
    await answerOf(client.GET('/tasks'));
    return true;
  } catch (error) {
    if (error instanceof MillraceProblem && error.problem.status === 401) return false;
    throw error;
  }
}
