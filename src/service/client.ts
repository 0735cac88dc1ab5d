import type {Session} from '@superset/identity'
import {isProblem, runStart, waitFor} from '@superset/identity'
import {readAnswer} from '@superset/identity/network'
import {setTimeout as sleep} from 'node:timers/promises'
import {answerFault, type Fault, networkFault, parseAnswer, ServiceFault} from './fault.ts'
import {type ProcedureCall, serviceProblem} from './problem.ts'
import {waitBeforeRetry} from './retry.ts'

/** The service's procedures by name. Inputs are plain data; keys that are `undefined` are not sent. */
export interface Api {
  readonly session: Session
  /** @throws Problem SERVICE_*, AUTH_*, ORGANIZATION_* as fault rows 90-100 say */
  query(procedure: string, input?: unknown): Promise<unknown>
  /** Never sent twice. `check` names the command that shows whether a change was made whose answer was lost. */
  mutate(procedure: string, input: unknown, check?: string): Promise<unknown>
}

export interface Connection {
  readonly session: Session
  /** Of the CLI. */
  readonly version: string
  /** To act on; absent for what must work whatever organization is chosen: listing and choosing one. */
  readonly organizationId?: string | undefined
  /** For one try, answer included. */
  readonly timeoutMs?: number
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

type Transport = (call: ProcedureCall, input: unknown) => Promise<unknown>

/** On an ordinary machine. */
const TIMEOUT_MS = 15_000
/** The longest list that the service gives is a few MB. */
const MOST_BYTES = 32 * 1024 ** 2

export async function connect(connection: Connection): Promise<Api> {
  const {session} = connection
  const perform = await transport(connection)
  const run = (call: ProcedureCall, input: unknown) =>
    withRetries(call, () => perform(call, input), connection.wait ?? sleep)
  return {
    session,
    query: (procedure, input) => run({procedure, mutation: false, session}, input),
    mutate: (procedure, input, check) =>
      run({procedure, mutation: true, session, ...(check !== undefined && {check})}, input),
  }
}

async function withRetries(
  call: ProcedureCall,
  perform: () => Promise<unknown>,
  wait: (ms: number) => Promise<unknown>,
): Promise<unknown> {
  for (let number = 1; ; number++) {
    try {
      return await perform()
    } catch (error) {
      const fault = faultOf(error)
      const waitMs = waitBeforeRetry(fault, {mutation: call.mutation, number})
      if (waitMs === undefined) throw serviceProblem(fault, call)
      await wait(waitMs)
    }
  }
}

/** A Problem (of the session, as a rule) is final; what is no fault of the way there is a bug. */
function faultOf(error: unknown): Fault {
  const cause = error instanceof Error && error.name === 'TRPCClientError' ? error.cause : error
  if (isProblem(cause)) throw cause
  const fault = cause instanceof ServiceFault ? cause.fault : networkFault(cause)
  if (!fault) throw cause
  return fault
}

/** tRPC in its single form; superjson's envelope is all of superjson that the service needs from a client. */
async function transport(connection: Connection): Promise<Transport> {
  const {createTRPCUntypedClient, httpLink} = await import('@trpc/client')
  const {organizationId, session, timeoutMs = TIMEOUT_MS * runStart().slowness} = connection
  const client = createTRPCUntypedClient({
    links: [
      httpLink({
        url: `${session.apiUrl}/api/trpc`,
        headers: {
          'x-superset-client': `cli/${connection.version}`,
          ...(organizationId !== undefined && {'x-superset-organization-id': organizationId}),
        },
        fetch: (url, init) => exchange(session, String(url), init as RequestInit, timeoutMs),
        transformer: {
          serialize: (json: unknown) => (json === undefined ? undefined : {json}),
          deserialize: (envelope: {json?: unknown}) => envelope.json,
        },
      }),
    ],
  })
  return ({mutation, procedure}, input) =>
    mutation ? client.mutation(procedure, input) : client.query(procedure, input)
}

/** One request and the judgement of its whole answer: tRPC gets to see results alone. */
async function exchange(session: Session, url: string, init: RequestInit, timeoutMs: number) {
  using _waiting = waitFor(new URL(url).host)
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new ServiceFault({kind: 'lost', reason: `no answer within ${Number((timeoutMs / 1000).toPrecision(2))} s`}),
      )
      abort.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([send(session, url, {...init, redirect: 'manual', signal: abort.signal}), late])
  } finally {
    clearTimeout(timer)
  }
}

async function send(session: Session, url: string, init: RequestInit) {
  const response = await session.fetch(url, init)
  const body = parseAnswer(await readAnswer(response, MOST_BYTES, new URL(url).host))
  const fault = answerFault(response, body)
  if (fault) throw new ServiceFault(fault)
  return {ok: response.ok, status: response.status, json: async () => body}
}
