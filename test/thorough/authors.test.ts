import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {linkInstalled} from '../support/examples.ts'
import {skip} from '../support/skip.ts'
import {terminalMissing} from '../support/terminal.ts'
import {Shell} from '../transcripts/shell.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Pages whose first block is what an author types, from the folder that holds the clone. */
const PAGES = ['docs/publishing-a-plugin.md', 'docs/identity-plugins.md']

/**
 * The two lines that ask a registry: what they bring is taken from this repository, as it is installed here, and the
 * contract from the tarball that the line before has packed.
 */
const SETUP = 'npm run setup'
const INSTALL = /^npm install (\S+\.tgz)$/

describe('what an author of a plugin types, with nothing published', () => {
  for (const page of PAGES) {
    it(`works line by line as ${page} has it`, async function () {
      const missing = terminalMissing('bash', 'tar')
      if (missing !== undefined) skip(this, missing)
      const folder = mkdtempSync(path.join(os.tmpdir(), 'author-'))
      try {
        layClone(path.join(folder, 'superset'))
        const home = path.join(folder, 'home')
        mkdirSync(home)
        const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`
        const env = {PATH, HOME: home, LANG: 'C.UTF-8', NO_COLOR: '1', npm_config_update_notifier: 'false'}
        await using shell = await Shell.open({columns: 200, cwd: folder, env})
        for (const line of linesOf(page)) {
          if (line === SETUP) continue
          const tarball = INSTALL.exec(line)?.[1]
          if (line.includes('# asks')) await shell.runAnswering(line, 'sign people in from now on', 'n')
          else if (tarball === undefined) await shell.run(line)
          else install((await shell.run('pwd')).trim(), tarball)
        }
      } finally {
        rmSync(folder, {recursive: true, force: true})
      }
    })
  }
})

function linesOf(page: string): readonly string[] {
  const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(readFileSync(path.join(root, page), 'utf8')) ?? []
  const lines = block.trim().split('\n')
  assert.ok(lines.length > 8 && lines[0] === 'cd superset', page)
  return lines
}

/** This checkout under another name, so that what is written beside it is not beside this one. */
function layClone(target: string): void {
  mkdirSync(path.join(target, 'packages'), {recursive: true})
  for (const name of readdirSync(root))
    if (!['.git', 'packages', 'package.json', 'tmp'].includes(name))
      symlinkSync(path.join(root, name), path.join(target, name))
  for (const name of readdirSync(path.join(root, 'packages')))
    execFileSync('cp', ['-r', path.join(root, 'packages', name), path.join(target, 'packages', name)])
  writeFileSync(path.join(target, 'package.json'), readFileSync(path.join(root, 'package.json')))
}

/** What the plugin names, as `npm install` would have it, and the contract out of the tarball. */
function install(folder: string, tarball: string): void {
  linkInstalled(folder)
  const contract = path.join(folder, 'node_modules/@superset/identity')
  rmSync(contract, {recursive: true, force: true})
  mkdirSync(contract)
  execFileSync('tar', ['-xzf', path.resolve(folder, tarball), '-C', contract, '--strip-components=1'])
}
