import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { ChildRun, RunCall } from '../api/contracts.js';
import { callsQuery, CHILDREN_A_PAGE, childrenQuery } from '../api/runs.js';
import { TimelineRows, type ChildPlace, type TimelineRow } from './timeline-rows.js';

/** The rows of a run's timeline, and which of them are unfolded. */
export function useTimelineRows(rootId: string, isLive: boolean) {
  const [foldedCalls, setFoldedCalls] = useState<ReadonlySet<string>>(new Set());
  const [openChildren, setOpenChildren] = useState<ReadonlyMap<string, string>>(new Map());
  const runIds = useMemo(() => [...new Set([rootId, ...openChildren.values()])], [rootId, openChildren]);
  const calls = useQueries({
    queries: useMemo(() => runIds.map((id) => callsQuery(id, isLive)), [runIds, isLive]),
    combine: dataAndError<RunCall[]>,
  });
  const rows = useMemo(() => {
    const callsOf = (id: string) => calls.data[runIds.indexOf(id)];
    return new TimelineRows(rootId, { foldedCalls, openChildren, callsOf });
  }, [rootId, foldedCalls, openChildren, runIds, calls]);

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
  const client = useQueryClient();
  const pages = new Map<string, ChildPageKey>();
  for (const row of rows) {
    if (row.kind === 'child') pages.set(pageKey(pageOf(row.place)), pageOf(row.place));
  }
  const asked = [...pages].flatMap(([key, { runId, seq, page }]) => {
    const query = childrenQuery(runId, seq, page, isLive);
    return isFlyingBy && client.getQueryState(query.queryKey) === undefined ? [] : [{ key, query }];
  });
  const { data } = useQueries({
    queries: asked.map(({ query }) => query),
    combine: dataAndError<{ runs: ChildRun[] }>,
  });
  return (place) => {
    const page = pageOf(place);
    const key = pageKey(page);
    const runs = data[asked.findIndex((one) => one.key === key)]?.runs;
    // Each stands at its place, but behind those that have not been created yet.
    const run = runs?.[place.index - page.page * CHILDREN_A_PAGE];
    return run?.index === place.index ? run : runs?.find(({ index }) => index === place.index);
  };
}

/** What queries gave: the same object as long as they give the same, so that what is made of it is not made again. */
function dataAndError<T>(results: readonly UseQueryResult<T>[]) {
  return {
    data: results.map(({ data }) => data),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}
