/** The timer is not unref'd: a plugin that waits for nothing would else end the process in the middle (exit 13). */
export async function within<T>(milliseconds: number, work: () => Promise<T>, late: Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), milliseconds)
  })
  try {
    return await Promise.race([work(), deadline])
  } finally {
    clearTimeout(timer)
  }
}
