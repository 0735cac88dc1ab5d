import type {Config} from '@oclif/core'
import {isProblem} from '@superset/identity'
import {confirm, saysYes} from '../cli/confirm.ts'
import {choosablePlugins, chooseInstalled, choosers, isAttended} from './installed-identity.ts'

type Tell = (line: string) => void

/** After an identity plugin was installed: a person is asked whether it shall serve from now on; others are told how. */
export async function offerIdentity(names: readonly string[], config: Config, tell: Tell): Promise<void> {
  for (const name of choosablePlugins(names, config)) {
    const next = `Next: \`${config.bin} identity use ${name}\`, so that it signs people in.`
    if (!isAttended(config)) tell(next)
    else if (
      !(await saysYes(`Shall ${name} sign people in from now on, in all profiles without a choice of their own?`))
    )
      tell(next)
    else await choose(name, config, tell)
  }
}

/** It is installed all the same. */
async function choose(name: string, config: Config, tell: Tell): Promise<void> {
  try {
    await chooseInstalled(name, config)
    tell(`Chosen: ${name}. Next: \`${config.bin} auth login\`.`)
  } catch (error) {
    if (!isProblem(error)) throw error
    tell(`${name} is installed, but was not chosen: ${error.message}`)
  }
}

/**
 * Before plugins are removed: what they serve cannot be used without them. A person is asked, others are told.
 * @throws Problem NOT_CONFIRMED (1)
 */
export async function warnOfRemoval(
  names: readonly string[],
  config: Config,
  {tell, yes}: {readonly tell: Tell; readonly yes: boolean},
): Promise<void> {
  const lines = names.flatMap((name) => {
    const who = choosers(name)
    if (who.length === 0) return []
    const reset = `\`${config.bin} identity reset\` goes back to the default`
    return [
      `${name} is the chosen identity plugin of ${who.join(', ')}: without it nobody is signed in there; ${reset}.`,
    ]
  })
  if (lines.length === 0) return
  if (yes || !isAttended(config)) for (const line of lines) tell(line)
  else await confirm([...lines, 'Remove it all the same?'].join('\n'), true)
}
