import type { CallNode, ChildNode, RunSummary, RunTree, RunTreeQuery } from '@millrace/contracts';
import type { CallOfRun, ChildOfCall, RunCallQueries } from './run-call-queries.repository.js';

/** Runs in one tree at most. */
const MAX_RUNS = 1_000;
/** Calls of one level at most. */
const MAX_CALLS = 5_000;

type Node = RunTree | ChildNode;

/** A call in the tree, with the run it is of. */
interface OpenedCall {
  readonly runId: string;
  readonly call: CallNode;
}

/**
 * The tree below a run: two statements a level, each bounded, and none that counts children. Where it is cut it says so
 * by `calls: null`, `nextCall` and `nextRun`.
 */
export async function readRunTree(queries: RunCallQueries, root: RunSummary, bounds: RunTreeQuery): Promise<RunTree> {
  const tree: RunTree = { ...root, calls: null, nextCall: null };
  let level: readonly Node[] = [tree];
  let room = MAX_RUNS;
  for (let depth = 0; depth < bounds.depth && level.length > 0; depth += 1) {
    const ids = level.map(({ id }) => id);
    const opened = placeCalls(level, await queries.callsOf(ids, -1, bounds.calls + 1, MAX_CALLS), bounds.calls);
    const withChildren = opened.filter(({ call }) => call.children.total > 0);
    const places = withChildren.map(({ runId, call }) => ({ runId, seq: call.seq }));
    const children = await queries.childrenOf(places, -1, bounds.children + 1, room + 1);
    level = placeChildren(withChildren, children, bounds.children, room);
    room -= level.length;
  }
  return tree;
}

/** Gives each run its first calls. Beyond `MAX_CALLS` runs keep `calls: null`. */
function placeCalls(level: readonly Node[], found: readonly CallOfRun[], limit: number): OpenedCall[] {
  const callsOf = groupBy(found, ({ runId }) => runId);
  const cutAt = found.length === MAX_CALLS ? found.at(-1)?.runId : undefined;
  return level.flatMap((node) => {
    if (cutAt !== undefined && node.id >= cutAt) return [];
    const calls = callsOf.get(node.id) ?? [];
    const nodes = calls.slice(0, limit).map(({ runId: _runId, ...call }) => ({ ...call, runs: [], nextRun: null }));
    node.calls = nodes;
    node.nextCall = calls.length > limit ? (nodes.at(-1)?.seq ?? null) : null;
    return nodes.map((call) => ({ runId: node.id, call }));
  });
}

/** Gives each call its first children, as long as there is room; they are the next level. */
function placeChildren(
  opened: readonly OpenedCall[],
  found: readonly ChildOfCall[],
  limit: number,
  room: number,
): ChildNode[] {
  const nameOf = (runId: string | null, seq: number) => `${runId} ${seq}`;
  const childrenOf = groupBy(found, ({ parentId, parentSeq }) => nameOf(parentId, parentSeq));
  const last = found.length > room ? found.at(-1) : undefined;
  let isCut = false;
  return opened.flatMap(({ runId, call }) => {
    const children = childrenOf.get(nameOf(runId, call.seq)) ?? [];
    isCut ||= last !== undefined && children.at(-1) === last;
    const shown = children.slice(0, limit).filter((child) => child !== last);
    const nodes: ChildNode[] = shown.map(({ parentSeq: _parentSeq, ...child }) => ({
      ...child,
      calls: null,
      nextCall: null,
    }));
    call.runs = nodes;
    call.nextRun = isCut || children.length > shown.length ? (shown.at(-1)?.index ?? -1) : null;
    return nodes;
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
