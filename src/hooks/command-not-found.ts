import type {Hook} from '@oclif/core'
import {EXIT, Problem} from '@superset/identity'
import {closest} from '../closest.ts'
import {usage} from '../cli/errors.ts'
import {otherProgramOf} from '../cli/other-programs.ts'

/** Never a prompt, never another command in the place of the one that was typed. */
const hook: Hook.CommandNotFound = async function ({config, id}) {
  const words = (text: string) => text.replaceAll(':', config.topicSeparator)
  const extra = surplus(id, (part) => config.findCommand(part) !== undefined)
  if (extra)
    throw usage(`Unexpected argument: ${extra.word}.`, [`Run \`${config.bin} ${words(extra.command)} --help\`.`])
  const other = otherProgramOf(id)
  if (other) {
    throw new Problem({
      code: 'USAGE_OTHER_PROGRAM',
      message: `${words(id)} is a command of ${other.owner}, not of ${config.bin}.`,
      exit: EXIT.usage,
      suggestions: [other.instead],
    })
  }

  const known = config.commands.filter((command) => !command.hidden).map((command) => command.id)
  const near = closest(id, known)
  const topic = id.split(':')[0] ?? ''
  const help = config.findTopic(topic) ? `${config.bin} ${topic} --help` : `${config.bin} --help`
  throw new Problem({
    code: 'USAGE_UNKNOWN_COMMAND',
    message: `${words(id)} is not a ${config.bin} command.`,
    exit: EXIT.usage,
    suggestions: [
      ...(near === undefined ? [] : [`Did you mean \`${config.bin} ${words(near)}\`?`]),
      `Run \`${help}\` for a list of commands.`,
    ],
  })
}

/** oclif takes what follows a command without arguments for a part of its name. */
function surplus(id: string, isCommand: (id: string) => boolean): {command: string; word: string} | undefined {
  const parts = id.split(':')
  for (let length = parts.length - 1; length > 0; length--) {
    const command = parts.slice(0, length).join(':')
    const word = parts[length]
    if (word !== undefined && isCommand(command)) return {command, word}
  }

  return undefined
}

export default hook
