import {EXIT, type Identity, printable, Problem, writeText} from '@superset/identity'
import {closest, didYouMean} from '../closest.ts'

/** @throws Problem PROFILE_UNKNOWN (2), naming those that are known */
export async function checkKnown(identity: Identity, name: string, otherwise: readonly string[] = []): Promise<void> {
  const known = await identity.profiles()
  if (known.includes(name)) return
  throw new Problem({
    code: 'PROFILE_UNKNOWN',
    message: `There is no profile ${name}. Known profiles: ${known.join(', ')}.`,
    exit: EXIT.usage,
    suggestions: [...didYouMean(closest(name, known)), ...otherwise],
  })
}

/**
 * Asks a person for one of the known profiles.
 * @throws Problem PROFILE_MISSING (2) where nobody can be asked, NOT_CONFIRMED (1) when nothing was chosen
 */
export async function askForProfile(identity: Identity): Promise<string> {
  const known = await identity.profiles()
  if (!identity.request.interactive) {
    throw new Problem({
      code: 'PROFILE_MISSING',
      message: `Say which profile: ${known.join(', ')}.`,
      exit: EXIT.usage,
      suggestions: ['Run `superset auth list` to see who is signed in where.'],
    })
  }

  const {ask} = await import('@superset/identity/terminal')
  const {value: current} = identity.profile
  writeText(process.stderr, known.map((name, index) => `${index + 1}) ${printable(name)}`).join('\n'))
  try {
    for (;;) {
      const answer = await ask({prompt: `Profile (name or number) [${current}]: `})
      const text = answer?.trim()
      // The end of input chooses nothing.
      if (text === undefined) break
      const chosen = text === '' ? current : (known[Number(text) - 1] ?? text)
      if (known.includes(chosen)) return chosen
      writeText(process.stderr, `There is no such profile: ${printable(text)}.`)
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Interrupted') throw error
  }

  throw new Problem({code: 'CANCELLED', message: 'Cancelled; nothing was changed.', exit: EXIT.interrupted})
}
