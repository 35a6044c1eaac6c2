import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { ChildRun, RunCall } from '../api/contracts.js';
import { callsQuery, CHILDREN_A_PAGE, childrenQuery } from '../api/runs.js';
import { childKey, unfold, type ChildPlace, type TimelineRow } from './timeline-rows.js';

/** The rows of a run's timeline, and which of them are unfolded. */
export function useTimelineRows(rootId: string, isLive: boolean) {
  const [foldedCalls, setFoldedCalls] = useState<ReadonlySet<string>>(new Set());
  const [openChildren, setOpenChildren] = useState<ReadonlyMap<string, string>>(new Map());
  const runIds = useMemo(() => [...new Set([rootId, ...openChildren.values()])], [rootId, openChildren]);
  const calls = useQueries({
    queries: runIds.map((id) => callsQuery(id, isLive)),
    combine: useCallback(
      (results: UseQueryResult<RunCall[]>[]) => ({
        byRun: new Map(results.map(({ data }, place) => [runIds[place] ?? '', data])),
        error: results.find(({ error }) => error !== null)?.error ?? null,
      }),
      [runIds],
    ),
  });
  const rows = useMemo(
    () => unfold(rootId, { foldedCalls, openChildren, callsOf: (id) => calls.byRun.get(id) }),
    [rootId, foldedCalls, openChildren, calls],
  );

  const toggleCall = useCallback((key: string) => {
    setFoldedCalls((folded) => {
      const next = new Set(folded);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const toggleChild = useCallback((key: string, childId: string) => {
    setOpenChildren((open) => {
      const next = new Map(open);
      if (!next.delete(key)) next.set(key, childId);
      return next;
    });
  }, []);
  return { rows, error: calls.error, toggleCall, toggleChild };
}

interface ChildPageKey {
  readonly runId: string;
  readonly seq: number;
  readonly page: number;
}

const pageKey = ({ runId, seq, page }: ChildPageKey) => `${runId}/${seq}/${page}`;
const pageOf = ({ runId, seq, index }: ChildPlace): ChildPageKey => ({
  runId,
  seq,
  page: Math.floor(index / CHILDREN_A_PAGE),
});

/** The children that these rows show: read page by page, only as far as they are in sight, and none that fly by. */
export function useChildrenInSight(
  rows: readonly TimelineRow[],
  { isLive, isFlyingBy }: { readonly isLive: boolean; readonly isFlyingBy: boolean },
): (place: ChildPlace) => ChildRun | undefined {
  const pages = new Map<string, ChildPageKey>();
  for (const row of rows) {
    if (row.kind === 'child') pages.set(pageKey(pageOf(row.place)), pageOf(row.place));
  }
  const client = useQueryClient();
  const asked = [...pages].flatMap(([key, { runId, seq, page }]) => {
    const query = childrenQuery(runId, seq, page, isLive);
    return isFlyingBy && client.getQueryState(query.queryKey) === undefined ? [] : [{ key, query }];
  });
  const children = useQueries({
    queries: asked.map(({ query }) => query),
    combine: (results) => new Map(results.flatMap(({ data }, at) => byPlace(asked[at]?.key ?? '', data?.runs ?? []))),
  });
  return (place) => children.get(childKey(place));
}

function byPlace(key: string, runs: readonly ChildRun[]): (readonly [string, ChildRun])[] {
  const [runId = '', seq = ''] = key.split('/');
  return runs.map((run) => [childKey({ runId, seq: Number(seq), index: run.index }), run] as const);
}
