import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {commandsOf, openBrowser} from '../../src/browser/browser.ts'

/** A desktop that has none. */
const nobody = (): Promise<ChildProcess> => Promise.reject(new Error('no desktop'))

describe('opening the browser', () => {
  it('hands the address over as one argument of a program, not as text of a shell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'superset-browser-'))
    const heard = Promise.withResolvers<string[]>()
    const server = createServer((request, response) => {
      response.end()
      heard.resolve(JSON.parse(decodeURIComponent(request.url!.slice(1))) as string[])
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    const program = join(folder, 'my browser')
    const report = `fetch('http://127.0.0.1:${port}/' + encodeURIComponent(JSON.stringify(process.argv.slice(2))))`
    await writeFile(program, `#!${process.execPath}\n${report}\n`)
    await chmod(program, 0o755)
    const address = 'https://id.example.test/authorize?a=1&b=$(touch x);`id`&c="\'%s'
    const commands = [['/nonexistent/browser'], [program]]
    assert.equal(await openBrowser(address, {kind: 'commands', commands}, nobody), true)
    assert.deepEqual(await heard.promise, [address])
    server.close()
    await rm(folder, {recursive: true})
  })

  it('row 78: says when it did not open', async () => {
    const open = (...words: string[]) => openBrowser('https://x.test/', {kind: 'commands', commands: [words]}, nobody)
    assert.deepEqual([await open('false'), await open('/nonexistent')], [false, false])
  })

  it('says when the desktop did not open it either', async () => {
    assert.equal(await openBrowser('https://x.test/', {kind: 'default'}, async () => spawn('false')), false)
    assert.equal(await openBrowser('https://x.test/', {kind: 'default'}, async () => spawn('true')), true)
    assert.equal(await openBrowser('https://x.test/', {kind: 'default'}, nobody), false)
  })

  it('opens nothing that is not a web address', async () => {
    for (const address of ['file:///etc/passwd', '--version', 'javascript:alert(1)'])
      assert.equal(await openBrowser(address, {kind: 'commands', commands: [['false']]}, nobody), true)
  })

  it('row 117: tries each of the list, and stops at the one that works', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'superset-browser-'))
    const mark = (name: string, exit: number): string => `touch '${join(folder, name)}'; exit ${exit}`
    const commands = commandsOf(
      ['/nonexistent/a b', 'false', `sh -c "${mark('first', 3)}"`, `sh -c "${mark('second', 0)}"`, 'sh -c never']
        .map((command) => command.replace('/nonexistent/a b', '"/nonexistent/a b"'))
        .join(':'),
    )
    assert.equal(await openBrowser('https://x.test/', {kind: 'commands', commands}, nobody), true)
    assert.deepEqual((await readdir(folder)).toSorted(), ['first', 'second'])
    await rm(folder, {recursive: true})
  })

  for (const [browser, commands] of [
    ['firefox', [['firefox']]],
    ['firefox:w3m', [['firefox'], ['w3m']]],
    ['"/opt/my browser/x" --new %s', [['/opt/my browser/x', '--new', '%s']]],
    ['open -a "Google Chrome":w3m', [['open', '-a', 'Google Chrome'], ['w3m']]],
    ["open -a 'Google Chrome'", [['open', '-a', 'Google Chrome']]],
    [String.raw`open -a Google\ Chrome`, [['open', '-a', 'Google Chrome']]],
    ['x "a:b" c', [['x', 'a:b', 'c']]],
    ['x --title="a b"c', [['x', '--title=a bc']]],
    [String.raw`x "say \"hi\""`, [['x', 'say "hi"']]],
    ['x ""', [['x', '']]],
    ['::  :', []],
    ["it's", [["it's"]]],
  ] as const)
    it(`row 117: reads the variable as its specification has it: ${browser}`, () => {
      assert.deepEqual(commandsOf(browser), commands)
    })
})
