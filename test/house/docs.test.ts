import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {PREVIOUS_COMMANDS} from './docs/previous-client.ts'
import {otherProgramOf} from '../../src/cli/other-programs.ts'

const root = path.resolve(import.meta.dirname, '../..')

interface Entry {
  readonly aliases?: readonly string[]
  readonly flags?: Readonly<Record<string, {readonly aliases?: readonly string[]; readonly allowNo?: boolean}>>
}

function readCommands(folder: string): Record<string, Entry> {
  const text = readFileSync(path.join(root, folder, 'oclif.manifest.json'), 'utf8')
  return (JSON.parse(text) as {commands: Record<string, Entry>}).commands
}

const COMMANDS = {...readCommands('.'), ...readCommands('packages/plugin-auth')}

describe('generated pages', () => {
  it('say what the code says today (else: npm run docs)', () => {
    const {status, stderr} = spawnSync(process.execPath, ['test/house/docs/run.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  })
})

describe('the commands of the previous client', () => {
  const own = PREVIOUS_COMMANDS.filter(({elsewhere}) => !elsewhere)

  it('are 65: 45 that are here, and 20 that other programs have', () => {
    const names = new Set(PREVIOUS_COMMANDS.map(({command}) => command))
    assert.deepEqual([names.size, own.length], [65, 45])
    for (const {command, elsewhere} of PREVIOUS_COMMANDS)
      assert.equal(otherProgramOf(command.replaceAll(' ', ':')) !== undefined, elsewhere === true, command)
  })

  for (const {command, differences, flags} of own) {
    it(`are here with their flags, or the difference is told: ${command}`, () => {
      const entry = COMMANDS[command.replaceAll(' ', ':')]
      assert.ok(entry, `${command} is missing`)
      const known = Object.entries(entry.flags ?? {}).flatMap(([name, {aliases = [], allowNo}]) => [
        name,
        ...aliases,
        ...(allowNo ? [`no-${name}`] : []),
      ])
      const missing = flags.filter(
        (flag) => !known.includes(flag) && !differences.some((one) => one.includes(`\`--${flag}\``)),
      )
      assert.deepEqual(missing, [])
    })
  }
})
