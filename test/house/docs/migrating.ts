import {OTHER_PROGRAMS} from '../../../src/cli/other-programs.ts'
import {GENERATED, link, type ManifestCommand, words} from './commands.ts'
import {DIFFERENCES, PREVIOUS_COMMANDS, type PreviousCommand} from './previous-client.ts'

/** docs/migrating.md: each command of the previous client, and ours beside it. */
export function migratingPage(commands: readonly ManifestCommand[]): string {
  const own = PREVIOUS_COMMANDS.filter(({elsewhere}) => !elsewhere)
  const others = PREVIOUS_COMMANDS.filter(({elsewhere}) => elsewhere)
  return [
    GENERATED,
    '# Coming from the previous client',
    '',
    `Of its ${PREVIOUS_COMMANDS.length} commands ${own.length} are here, with their names, aliases, flags and JSON, and ${others.length} belong to other programs.`,
    'Scripts and agents move over as they are, but for what is named below.',
    '',
    '## What differs everywhere',
    '',
    '| there | here |',
    '| --- | --- |',
    ...DIFFERENCES.map(([there, here]) => `| ${there} | ${here} |`),
    '',
    '## Command by command',
    '',
    '| there | what differs here |',
    '| --- | --- |',
    ...own.map((one) => `| ${linked(one, commands)} | ${one.differences.join(' ') || 'nothing'} |`),
    '',
    '## Commands of other programs',
    '',
    'Typed here, they say so, and end with 2.',
    '',
    '| there | whose it is | what to do |',
    '| --- | --- | --- |',
    ...others.map(({command}) => otherText(command)),
    '',
  ].join('\n')
}

function linked({command}: PreviousCommand, commands: readonly ManifestCommand[]): string {
  const ours = commands.find((one) => words(one) === command)
  return ours ? `[\`${command}\`](commands/${link(ours)})` : `\`${command}\``
}

function otherText(command: string): string {
  const other = OTHER_PROGRAMS.find(({words: first}) => first === command.split(' ', 1)[0])
  return `| \`${command}\` | ${other?.owner ?? ''} | ${other?.instead ?? ''} |`
}
