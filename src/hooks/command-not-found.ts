import type {Hook} from '@oclif/core'
import {EXIT, Problem} from '@superset/identity'
import {closest} from '../closest.ts'

/** Never a prompt, never another command in the place of the one that was typed. */
const hook: Hook.CommandNotFound = async function ({config, id}) {
  const known = config.commands.filter((command) => !command.hidden).map((command) => command.id)
  const near = closest(id, known)
  const words = (text: string) => text.replaceAll(':', config.topicSeparator)
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

export default hook
