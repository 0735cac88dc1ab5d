const SLICES = 10

/**
 * Calls back when this process has run for that long. Time in which it was suspended (SIGSTOP, a lid that was closed,
 * a machine that was starved) does not count: what came in meanwhile lies in the socket, unread, and timers are served
 * before sockets, so a plain timeout would throw away an answer that is here already.
 * @returns cancels it
 */
export function afterRunningFor(ms: number, call: () => void): () => void {
  const sliceMs = ms / SLICES
  let left = SLICES
  let timer: NodeJS.Timeout
  const wait = () => {
    const begunAt = performance.now()
    timer = setTimeout(() => {
      if (performance.now() - begunAt < 2 * sliceMs + 100) left--
      if (left === 0) call()
      else wait()
    }, sliceMs)
  }

  wait()
  return () => clearTimeout(timer)
}
