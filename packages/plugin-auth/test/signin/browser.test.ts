import assert from 'node:assert/strict'
import {once} from 'node:events'
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openBrowser} from '../../src/signin/browser.ts'

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
    const told: string[] = []
    await openBrowser(address, {kind: 'commands', commands: [['/nonexistent/browser'], [program]]}, (line) =>
      told.push(line),
    )
    assert.deepEqual(await heard.promise, [address])
    assert.deepEqual(told, [])
    server.close()
    await rm(folder, {recursive: true})
  })

  it('row 78: says when it did not open', async () => {
    const told = Promise.withResolvers<string>()
    await openBrowser('https://x.test/', {kind: 'commands', commands: [['false']]}, (line) => told.resolve(line))
    assert.match(await told.promise, /did not open/)
    const missing: string[] = []
    await openBrowser('https://x.test/', {kind: 'commands', commands: [['/nonexistent']]}, (line) => missing.push(line))
    assert.equal(missing.length, 1)
  })

  it('opens nothing that is not a web address', async () => {
    const told: string[] = []
    for (const address of ['file:///etc/passwd', '--version', 'javascript:alert(1)'])
      await openBrowser(address, {kind: 'commands', commands: [['false']]}, (line) => told.push(line))
    assert.deepEqual(told, [])
  })
})
