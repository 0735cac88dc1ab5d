/** Edges of a directed graph: each node with the nodes that it points at. */
export type Graph = ReadonlyMap<string, Iterable<string>>

/** At least one cycle, a shortest one, for each group of nodes that reach each other; none where there is none. */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = []
  const seen = new Set<string>()
  for (const node of graph.keys()) {
    if (seen.has(node)) continue
    const cycle = shortestCycle(graph, node)
    if (!cycle) continue
    cycles.push(cycle)
    for (const member of cycle) seen.add(member)
  }

  return cycles
}

function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return pathBack(cameFrom, start, node)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, node)
      queue.push(next)
    }
  }

  return undefined
}

function pathBack(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path = [start]
  for (let at: string | undefined = end; at !== undefined && at !== start; at = cameFrom.get(at)) path.splice(1, 0, at)
  return path
}
