import {EXIT, printableLines, Problem, writeText} from '@superset/identity'
import {askPerson} from './ask-person.ts'

/**
 * What is asked: the last line; those before are shown first. One that must look something up is made when there is
 * somebody to ask; `undefined` where nothing is left to be asked.
 */
export type Question = string | (() => Promise<string | undefined>)

/**
 * Asks a person on stderr; anything but yes is no.
 * @throws Problem CONFIRMATION_NEEDED (2) where nobody can be asked, NOT_CONFIRMED (1) when the answer is no
 */
export async function confirm(question: Question, interactive: boolean): Promise<void> {
  if (!interactive) {
    throw new Problem({
      code: 'CONFIRMATION_NEEDED',
      message: 'This cannot be undone and must be confirmed; there is no terminal to ask on.',
      exit: EXIT.usage,
      suggestions: ['Add --yes if you mean it.'],
    })
  }

  const text = typeof question === 'string' ? question : await question()
  if (text === undefined) return
  if (await saysYes(text)) return
  throw new Problem({code: 'NOT_CONFIRMED', message: 'Nothing was done.', exit: EXIT.failed})
}

/** Whether the person at the terminal says yes; the end of input is a no. */
export async function saysYes(question: string): Promise<boolean> {
  const lines = printableLines(question).split('\n')
  const last = lines.pop() ?? ''
  if (lines.length > 0) writeText(process.stderr, lines.join('\n'))
  return /^y(?:es)?$/i.test(await askPerson(`${last} [y/N] `))
}
