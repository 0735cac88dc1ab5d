import {Args, Flags, type Interfaces} from '@oclif/core'
import {usage} from '../cli/errors.ts'
import {dateFlag, unshield} from '../cli/flags.ts'
import {readText} from '../cli/text-input.ts'
import {nameFlag} from './named.ts'

export const automationArg = {
  automation: Args.string({description: 'Id or name of the automation.', required: true, ignoreStdin: true}),
}

/** When it runs, with what and where; what `create` and `update` have in common. */
export const automationFlags = {
  name: Flags.string({summary: 'What it is called.'}),
  rrule: Flags.string({
    summary: 'When it runs, as the body of an RRULE (RFC 5545).',
    helpValue: '<FREQ=DAILY;BYHOUR=9;BYMINUTE=0>',
  }),
  timezone: timeZoneFlag(),
  dtstart: dateFlag('When the schedule begins; now unless it is given.'),
  agent: Flags.string({summary: 'The agent that does it: claude, codex, or one of its host.', helpValue: '<name>'}),
  host: nameFlag('The host that it runs on; this machine unless it is given.', {helpValue: '<name|id>'}),
  project: nameFlag('Each run gets a new workspace of this project.', {helpValue: '<name|id>'}),
  workspace: nameFlag('Each run takes place in this workspace.', {helpValue: '<name|branch|id>'}),
}

/** Where a prompt comes from; exactly one of them. */
export const promptFlags = {
  'prompt-file': Flags.string({
    summary: 'Read the prompt from this file; - is standard input.',
    helpValue: '<path|->',
    aliases: ['from-file'],
  }),
  edit: Flags.boolean({summary: 'Write the prompt in your editor (VISUAL, EDITOR).'}),
}

/** @throws Problem USAGE_INVALID (2) for a file that cannot be read, or has no text */
export function readPrompt(file: string): string {
  const prompt = readText(file, '--prompt-file')
  if (prompt.trim() === '') throw usage('--prompt-file: there is no text in it.')
  return prompt
}

/** An IANA name that this machine knows. */
function timeZoneFlag(): Interfaces.OptionFlag<string | undefined> {
  return Flags.custom<string>({
    summary: 'The time zone of the schedule; that of this machine unless it is given.',
    helpValue: '<Europe/Berlin>',
    async parse(input) {
      const name = unshield(input)
      if (!isTimeZone(name))
        throw usage(`${JSON.stringify(name)} is not a time zone. Use a name such as Europe/Berlin.`)
      return name
    },
  })()
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}) !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
