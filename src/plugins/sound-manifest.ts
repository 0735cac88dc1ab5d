import {isObject} from '@superset/identity'
/**
 * What oclif and we read of a plugin's commands, topics and hooks without looking: its author may have written anything
 * there. A command that does not fit is left out, alone, with a reason.
 */
type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isSwitch: Check = (value) => typeof value === 'boolean'
const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item)
const mapOf =
  (item: Check): Check =>
  (value) =>
    isObject(value) && Object.entries(value).every(([name, one]) => isWord(name) && item(one))
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value))

/** One word of a command line. */
const isWord: Check = (value) =>
  isText(value) && /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(value as string) && value !== '__proto__'
const isId: Check = (value) => isText(value) && (value as string).split(/[: ]/).every(isWord)
const texts = listOf(isText)

type Shape = Readonly<Record<string, Check>>

/** What is missing, or null, is as good as right: oclif has a default for it. */
function faultOf(value: unknown, shape: Shape, needed: readonly string[] = []): string | undefined {
  if (!isObject(value)) return 'it is not an object'
  const missing = needed.find((name) => value[name] === undefined)
  if (missing !== undefined) return `${missing} is missing`
  const wrong = Object.entries(shape).find(
    ([name, check]) => (value[name] ?? undefined) !== undefined && !check(value[name]),
  )
  return wrong && `${wrong[0]} is not what it should be`
}

const shaped =
  (shape: Shape): Check =>
  (value) =>
    faultOf(value, shape) === undefined

const words = {summary: isText, description: isText}
const FLAG = shaped({
  ...words,
  type: isText,
  char: isText,
  helpGroup: isText,
  helpLabel: isText,
  helpValue: either(isText, texts),
  options: texts,
  aliases: texts,
  charAliases: texts,
  exclusive: texts,
  dependsOn: texts,
  relationships: listOf(isObject),
  allowNo: isSwitch,
  hidden: isSwitch,
  multiple: isSwitch,
  required: isSwitch,
})
const ARGUMENT = shaped({...words, options: texts, hidden: isSwitch, required: isSwitch})
const COMMAND: Shape = {
  ...words,
  id: isId,
  aliases: listOf(isId),
  hiddenAliases: listOf(isId),
  permutations: texts,
  aliasPermutations: texts,
  usage: either(isText, texts),
  examples: listOf(either(isText, shaped({command: isText, description: isText}))),
  flags: mapOf(FLAG),
  args: mapOf(ARGUMENT),
  hidden: isSwitch,
  strict: isSwitch,
  state: either(isText, isSwitch),
  deprecationOptions: isObject,
  relativePath: texts,
  isESM: isSwitch,
}
const TOPIC: Check = (value) => shaped({...words, hidden: isSwitch, subtopics: mapOf(TOPIC)})(value)

/** @returns why this entry of a manifest cannot be a command; `undefined` where it can */
export function faultOfCommand(entry: unknown): string | undefined {
  return faultOf(entry, COMMAND, ['id'])
}

/** The parts of a loaded plugin that come from files of its author. */
export interface PluginParts {
  commands: object[]
  hooks: Readonly<Record<string, unknown>>
  readonly pjson: {readonly oclif: object}
}

/** Takes out of a loaded plugin what does not fit. @returns a sentence for each, without its full stop */
export function dropInvalidEntries(plugin: PluginParts): readonly string[] {
  const faults: string[] = []
  plugin.commands = plugin.commands.filter((command) => {
    const fault = faultOfCommand(command)
    const name =
      'id' in command && isId(command.id) ? String(command.id).replaceAll(':', ' ') : 'a command without a name'
    if (fault !== undefined) faults.push(`${name} is left out, because of its manifest: ${fault}`)
    return fault === undefined
  })
  const hooks = Object.entries(plugin.hooks)
  const isSound = listOf(shaped({target: isText, identifier: isText}))
  plugin.hooks = Object.fromEntries(hooks.filter(([, hook]) => isSound(hook)))
  for (const [event, hook] of hooks)
    if (!isSound(hook)) faults.push(`its hook ${event} is left out: its package.json is wrong there`)
  const topics: unknown = Reflect.get(plugin.pjson.oclif, 'topics')
  if (topics !== undefined && topics !== null && !mapOf(TOPIC)(topics)) {
    Reflect.deleteProperty(plugin.pjson.oclif, 'topics')
    faults.push('its topics are left out: its package.json is wrong there')
  }

  return faults
}
