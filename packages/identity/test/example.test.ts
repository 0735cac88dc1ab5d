import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import {type AddressInfo} from 'node:net'
import type {IdentityRequest} from '@superset/identity'
import hook from './example/provider.ts'

function requestWith(apiUrl: string, token?: string): IdentityRequest {
  const url = {value: apiUrl, source: 'default'} as const
  return {
    ...{bin: 'superset', version: '0.0.0', homeDir: '/nowhere', profile: 'default', defaultApiUrl: apiUrl},
    ...{apiUrl: url, webUrl: url, clientId: {value: 'superset-cli', source: 'default'}},
    ...{secrets: token === undefined ? {} : {token}, interactive: false, agentMode: true, tell: () => undefined},
  }
}

describe('the example in the README of the contract', () => {
  it('gives a session that sends the token to its API, and none where there is no token', async () => {
    const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const request = requestWith(url, 'a-token')
    const provider = await hook({request})
    assert.equal(await provider.session(requestWith(url)), undefined)
    assert.equal((await provider.describe(requestWith(url))).signedIn, false)
    const session = await provider.session(request)
    const arrived = once(server, 'request')
    assert.equal((await session?.fetch('/api'))?.status, 200)
    const [{headers}] = (await arrived) as [IncomingMessage]
    assert.equal(headers.authorization, 'Bearer a-token')
    await assert.rejects(async () => session?.fetch('https://elsewhere.example.test/'), {code: 'ORIGIN_FOREIGN'})
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
})
