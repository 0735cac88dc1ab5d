import type {Problem} from '@superset/identity'

/** To close the server and to tell a browser; whoever pressed Ctrl-C waits for no more. */
const GRACE_MS = 300

/**
 * Work that ends when the signal says so, whether or not each wait inside of it listens.
 * @throws what `problem` makes, at most 300 ms after the signal
 */
export async function untilCancelled<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  problem: () => Problem,
): Promise<T> {
  if (signal?.aborted) throw problem()
  const {promise: graceIsOver, resolve} = Promise.withResolvers<undefined>()
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(resolve, GRACE_MS, undefined)
  }
  signal?.addEventListener('abort', onAbort, {once: true})
  try {
    const ended = await Promise.race([work().then((value) => ({value})), graceIsOver])
    if (ended === undefined) throw problem()
    return ended.value
  } catch (error) {
    throw signal?.aborted ? problem() : error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
