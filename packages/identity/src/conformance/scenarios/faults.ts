import {type Fault, json, webPage} from '../issuer/faults.ts'
import {deadAddress} from '../issuer/server.ts'
import type {Stage} from '../stage.ts'

/** A fault of the token endpoint, and what a run whose token has expired ends with (the table of clause 4.7). */
export interface TokenFault {
  readonly id: string
  readonly title: string
  readonly exit: 4 | 75 | 77 | 78
  /** Nothing of the token can have been spent: a later run presents it, and the session goes on. */
  readonly untouched: boolean
  readonly prepare: (stage: Stage) => Promise<void> | void
}

function answer(fault: (stage: Stage) => Fault): TokenFault['prepare'] {
  return (stage) => stage.issuer.fail('token', fault(stage))
}

export const TOKEN_FAULTS: readonly TokenFault[] = [
  {
    id: 'refused',
    title: 'invalid_grant',
    exit: 4,
    untouched: false,
    prepare: answer(() => json(400, {error: 'invalid_grant'})),
  },
  {
    id: 'unavailable',
    title: '503',
    exit: 75,
    untouched: true,
    prepare: answer(() => json(503, {}, {'retry-after': '60'})),
  },
  {
    id: 'busy',
    title: '429 with Retry-After',
    exit: 75,
    untouched: true,
    prepare: answer(() => json(429, {}, {'retry-after': '60'})),
  },
  {
    id: 'web-page',
    title: 'a web page of the network',
    exit: 75,
    untouched: true,
    prepare: answer(() => webPage(200)),
  },
  {
    id: 'unreachable',
    title: 'nobody listens',
    exit: 75,
    untouched: true,
    async prepare({issuer}) {
      issuer.tokenEndpoint = await deadAddress()
    },
  },
  {
    id: 'broken',
    title: '500',
    exit: 75,
    untouched: false,
    prepare: answer(() => json(500, {error: 'server_error'})),
  },
  {
    id: 'reset',
    title: 'a reset before the answer',
    exit: 75,
    untouched: false,
    prepare: answer(() => ({kind: 'lost'})),
  },
  {
    id: 'empty',
    title: 'an empty 200',
    exit: 75,
    untouched: false,
    prepare: answer(() => ({kind: 'answer', status: 200, body: ''})),
  },
  {
    id: 'cut',
    title: 'an answer that is cut off',
    exit: 75,
    untouched: false,
    prepare: answer(() => ({kind: 'cut'})),
  },
  {
    id: 'blocked',
    title: 'a 403 that is a web page',
    exit: 77,
    untouched: true,
    prepare: answer(() => webPage(403)),
  },
  {
    id: 'client',
    title: 'invalid_client',
    exit: 78,
    untouched: true,
    prepare: answer(() => json(401, {error: 'invalid_client'})),
  },
  {
    id: 'redirect',
    title: 'a redirect',
    exit: 78,
    untouched: true,
    prepare: answer(({foreign}) => ({kind: 'answer', status: 307, headers: {location: `${foreign.url}/token`}})),
  },
  {
    id: 'token-type',
    title: 'a token of a type that was not asked for',
    exit: 4,
    untouched: false,
    prepare: answer(() => ({kind: 'changed', change: (body) => ({...body, token_type: 'mac'})})),
  },
]

export function faultOf(id: string): TokenFault {
  const found = TOKEN_FAULTS.find((fault) => fault.id === id)
  if (!found) throw new Error(`no such fault: ${id}`)
  return found
}
