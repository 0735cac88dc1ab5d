import assert from 'node:assert/strict'
import {signJwt} from '../issuer/signing.ts'
import {CLIENT_ID} from '../machine.ts'
import {intrude, visit} from '../person.ts'
import {needing, type Script} from '../scenario.ts'
import {assertNothingStored} from './failed-sign-in.ts'

/** Answers to a sign-in that are not what they seem. */
export const HOSTILE_ANSWERS: readonly Script[] = needing('code-flow', [
  {
    id: 'sign-in/wrong-state',
    title: 'an answer with another state, a denial included, changes nothing; the right one is still taken',
    clause: '5.3',
    async play({machine}) {
      const result = machine.login()
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      const other = {code: 'forged', state: 'forged'}
      for (const change of [other, {...other, error: 'access_denied'}, {...other, state: ''}]) {
        const forged = new URL(callback)
        for (const [name, value] of Object.entries(change)) forged.searchParams.set(name, value)
        if ('error' in change) forged.searchParams.delete('code')
        await visit(forged)
      }

      await visit(callback)
      await result
      assert.equal((await machine.run()).status, 200)
    },
  },
  {
    id: 'sign-in/intruders',
    title: 'whatever else calls at the address (favicon, HEAD, POST, a foreign Host) changes nothing',
    clause: '5.4',
    async play({foreign, issuer, machine}) {
      const result = machine.login()
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      await intrude(new URL('/favicon.ico', callback))
      await intrude(new URL('/', callback))
      const elsewhere = callback.pathname
      await intrude(new URL(elsewhere, callback), {method: 'HEAD'})
      await intrude(new URL(`${elsewhere}?code=forged`, callback), {method: 'POST', headers: {origin: foreign.url}})
      await intrude(new URL(`${elsewhere}?code=forged&state=forged`, callback), {headers: {host: 'evil.example.test'}})
      assert.equal(issuer.count('token'), 0, 'nothing was redeemed')
      await visit(callback)
      await result
      assert.equal((await machine.run()).status, 200)
    },
  },
  {
    id: 'sign-in/foreign-host',
    title: 'the right answer under a foreign Host (DNS rebinding) is not taken',
    clause: '5.4',
    level: 'SHOULD',
    async play({issuer, machine}) {
      const result = machine.login()
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      await intrude(callback, {headers: {host: 'evil.example.test'}})
      assert.equal(issuer.count('token'), 0, 'nothing was redeemed')
      await visit(callback)
      await result
    },
  },
  {
    id: 'sign-in/replayed',
    title: 'an answer that comes twice redeems its code once',
    clause: '5.5',
    async play({issuer, machine}) {
      const result = machine.login()
      const callback = await machine.person.decide(await machine.person.address(), 'approve')
      await Promise.all([visit(callback), visit(callback)])
      await result
      await visit(callback)
      assert.equal(issuer.count('token'), 1, 'token requests')
    },
  },
  {
    id: 'sign-in/wrong-issuer',
    title: 'an answer that names another issuer (RFC 9207) ends the sign-in: 77, nothing stored',
    clause: '5.6',
    async play(stage) {
      const {foreign, issuer, machine} = stage
      issuer.namedInResponse = foreign.url
      const result = machine.login()
      await machine.person.approve()
      await assertNothingStored(result, 77, stage)
      assert.equal(issuer.count('token'), 0, 'nothing was redeemed')
    },
  },
  {
    id: 'sign-in/id-token',
    title: 'an ID token of another sign-in, another issuer or another client is refused, nothing stored',
    clause: '5.12',
    async play(stage) {
      const {foreign, issuer, machine} = stage
      const seconds = Math.floor(Date.now() / 1000)
      const claims = {iss: issuer.url, sub: 'user-ada', aud: CLIENT_ID, iat: seconds, exp: seconds + 300}
      for (const change of [{nonce: 'another'}, {iss: foreign.url}, {aud: 'somebody-else'}]) {
        const change_ = (body: Readonly<Record<string, unknown>>) => ({
          ...body,
          id_token: signJwt({...claims, nonce: issuer.authorizations.at(-1)?.get('nonce'), ...change}, 'RS256'),
        })
        issuer.fail('token', {kind: 'changed', change: change_})
        const result = machine.login()
        await machine.person.approve()
        await assertNothingStored(result, undefined, stage)
      }
    },
  },
  {
    id: 'sign-in/other-metadata',
    title: 'metadata of another issuer (RFC 8414 3.3): 78 before anybody is asked to sign in',
    clause: '5.11',
    async play(stage) {
      const {foreign, issuer, machine} = stage
      issuer.namedInMetadata = foreign.url
      await assertNothingStored(machine.login(), 78, stage)
      assert.equal(machine.told.join('\n').includes('/authorize'), false, 'no address was told')
    },
  },
])
