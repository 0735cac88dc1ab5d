import {EXIT, type Identity, Problem} from '@superset/identity'
import {closest} from './closest.ts'

/** @throws Problem PROFILE_UNKNOWN (2), naming those that are known */
export async function checkKnown(identity: Identity, name: string, otherwise: readonly string[] = []): Promise<void> {
  const known = await identity.profiles()
  if (known.includes(name)) return
  const near = closest(name, known)
  throw new Problem({
    code: 'PROFILE_UNKNOWN',
    message: `There is no profile ${name}. Known profiles: ${known.join(', ')}.`,
    exit: EXIT.usage,
    suggestions: [...(near === undefined ? [] : [`Did you mean ${near}?`]), ...otherwise],
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

  const {select} = await import('@inquirer/prompts')
  const {value: current} = identity.profile
  try {
    return await select({message: 'Profile', choices: known, default: current}, {output: process.stderr})
  } catch (error) {
    // Told apart by name: another copy of the library may have thrown it.
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error
    throw new Problem({code: 'CANCELLED', message: 'Cancelled; nothing was changed.', exit: EXIT.interrupted})
  }
}
