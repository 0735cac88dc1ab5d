import type {Hook} from '@oclif/core'

/** Never a prompt, never another command in the place of the one that was typed. */
const hook: Hook.CommandNotFound = async function ({config, id}) {
  const {unknownCommand} = await import('../cli/unknown-command.ts')
  throw unknownCommand(id, config)
}

export default hook
