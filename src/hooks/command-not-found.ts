import type {Hook} from '@oclif/core'
import {isProblem, Problem} from '@superset/identity'
import {readAliases} from '../configuration/aliases.ts'
import {readHomeDir} from '../env.ts'

/** Never a prompt, never another command in the place of the one that was typed. */
const hook: Hook.CommandNotFound = async function ({config, id}) {
  const {unknownCommand} = await import('../cli/unknown-command.ts')
  const problem = unknownCommand(id, config)
  const fault = faultOfAliases()
  if (fault === undefined) throw problem
  const suggestions = [...problem.suggestions, `If it is an alias of yours: ${fault}`]
  throw new Problem({...problem, message: problem.message, suggestions})
}

/** Why the aliases cannot be read, of which it may be one. */
function faultOfAliases(): string | undefined {
  try {
    readAliases(readHomeDir())
    return undefined
  } catch (error) {
    if (isProblem(error)) return error.message
    throw error
  }
}

export default hook
