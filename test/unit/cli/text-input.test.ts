import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {editText, readText} from '../../../src/cli/text-input.ts'

describe('texts from files', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'text-input-'))
  })
  after(() => rmSync(folder, {recursive: true}))

  function file(name: string, content: string | Uint8Array): string {
    const at = path.join(folder, name)
    writeFileSync(at, content)
    return at
  }

  it('are taken as they are, without a byte-order mark', () => {
    assert.equal(readText(file('a.md', '\uFEFF# Title\r\n\n日本\n'), '--prompt-file'), '# Title\r\n\n日本\n')
    assert.equal(readText(file('empty', ''), '--prompt-file'), '')
  })

  it('are refused with the reason, and the flag that named them', () => {
    const fifo = path.join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    for (const [given, message] of [
      [path.join(folder, 'none'), /^--body-file: cannot read .*none: there is no such file\.$/],
      [path.join(file('plain', 'x'), 'below'), /there is no such file/],
      [folder, /is not a file/],
      [fifo, /is not a file/],
      [file('latin1', new Uint8Array([0xe4, 0x0a])), /is not text in UTF-8/],
      [file('long', 'x'.repeat(101)), /has more than 100 bytes/],
    ] as const)
      assert.throws(() => readText(given, '--body-file', 100), {code: 'USAGE_INVALID', exit: 2, message})
  })
})

describe('texts from an editor', () => {
  const variables = ['EDITOR', 'VISUAL'] as const
  const before = variables.map((name) => process.env[name])
  afterEach(() => {
    for (const [index, name] of variables.entries()) {
      if (before[index] === undefined) delete process.env[name]
      else process.env[name] = before[index]
    }
  })

  it('begin with what is there, and end with what was saved', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'an editor-'))
    const program = path.join(folder, 'edit it.sh')
    writeFileSync(program, '#!/bin/sh\necho "$1 was here" >>"$2"\n')
    chmodSync(program, 0o700)
    process.env['EDITOR'] = 'false'
    process.env['VISUAL'] = `'${program}' "$USERNAME"Ada`
    assert.equal(editText('first\n', 'task.md', true), 'first\nAda was here\n')
    rmSync(folder, {recursive: true})
  })

  it('need a terminal, an editor, and its success', () => {
    delete process.env['VISUAL']
    process.env['EDITOR'] = 'false'
    assert.throws(() => editText('', 'task.md', false), {exit: 2, message: /there is no terminal/})
    assert.throws(() => editText('', 'task.md', true), {exit: 2, message: /^false ended with a fault/})
    delete process.env['EDITOR']
    assert.throws(() => editText('', 'task.md', true), {exit: 2, message: /none is named/})
  })
})
