import {EXIT, printable, Problem} from '@superset/identity'
import {createInterface} from 'node:readline/promises'

/**
 * Asks a person on stderr; anything but yes is no.
 * @throws Problem CONFIRMATION_NEEDED (2) where nobody can be asked, NOT_CONFIRMED (1) when the answer is no
 */
export async function confirm(question: string, interactive: boolean): Promise<void> {
  if (!interactive) {
    throw new Problem({
      code: 'CONFIRMATION_NEEDED',
      message: 'This cannot be undone, and there is nobody to ask (no terminal).',
      exit: EXIT.usage,
      suggestions: ['Add --yes if you mean it.'],
    })
  }

  const terminal = createInterface({input: process.stdin, output: process.stderr})
  // In raw mode Ctrl-C is a key; the person means the signal.
  terminal.once('SIGINT', () => {
    terminal.close()
    process.kill(process.pid, 'SIGINT')
  })
  // End of input is a no; without this the question would wait for ever.
  const closed = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''))
  })
  const answer = await Promise.race([terminal.question(`${printable(question)} [y/N] `), closed])
  terminal.close()
  if (/^y(?:es)?$/i.test(answer.trim())) return
  throw new Problem({code: 'NOT_CONFIRMED', message: 'Nothing was done.', exit: EXIT.failed})
}
