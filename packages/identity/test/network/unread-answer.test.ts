import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

const LIGHT_FETCH = new URL('../../src/network/light-fetch.ts', import.meta.url).href

/** What a program does with the answer, and what it prints. */
const USES: Readonly<Record<string, readonly [string, string]>> = {
  nothing: ['response.status', '200'],
  'its text, later': ['(await new Promise((done) => setTimeout(done, 50)), await response.text())', 'slowly'],
  'its headers': ["response.headers.get('content-type')", 'text/plain'],
  'its stream': ['await new Response(response.body).text()', 'slowly'],
}

describe('an answer on a connection that the server never closes', () => {
  for (const [name, [use, printed]] of Object.entries(USES)) {
    it(`does not keep a program alive that reads ${name} of it`, async () => {
      const server = createServer({keepAliveTimeout: 0}, (_, response) => {
        response.writeHead(200, {'content-type': 'text/plain'}).write('slow')
        setTimeout(() => response.end('ly'), 100)
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const program = `import {lightFetch} from '${LIGHT_FETCH}'
        const response = await lightFetch(new URL('${url}'), {method: 'GET', headers: {}})
        console.log(${use})`
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      try {
        const [code] = (await once(child, 'close')) as [number | null]
        assert.deepEqual([code, output.trim()], [0, printed])
      } finally {
        child.kill('SIGKILL')
        server.closeAllConnections()
        server.close()
      }
    })
  }
})
