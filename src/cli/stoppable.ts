const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** Work that ends cleanly when the person or the system wants an end; the process then ends by that signal. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let received: NodeJS.Signals | undefined
  const stop = (name: NodeJS.Signals) => {
    received ??= name
    controller.abort()
  }

  for (const name of SIGNALS) process.on(name, stop)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of SIGNALS) process.off(name, stop)
    if (received) process.kill(process.pid, received)
  }
}
