/**
 * Asks a person at the terminal, on stderr. Ctrl-C ends the process by its signal: in raw mode it is a key, and the person means
 * the signal.
 * @returns what was typed, without blanks around it; nothing at the end of input
 */
export async function askPerson(prompt: string): Promise<string> {
  const {ask, Interrupted} = await import('@superset/identity/terminal')
  try {
    return ((await ask({prompt})) ?? '').trim()
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    process.kill(process.pid, 'SIGINT')
    return ''
  }
}
