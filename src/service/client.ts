import type {Problem, Session} from '@superset/identity'
import {isProblem, runStart, waitFor} from '@superset/identity'
import {readAnswer} from '@superset/identity/network'
import {setTimeout as sleep} from 'node:timers/promises'
import {answerFault, type Fault, networkFault, parseAnswer, ServiceFault} from './fault.ts'
import type {ProcedureCall} from './outage.ts'
import {serviceProblem} from './problem.ts'
import {waitBeforeRetry} from './retry.ts'

/** Procedures by name: the service's own, or those of a host. Inputs are plain data; keys that are `undefined` are not sent. */
export interface Procedures {
  /** @throws Problem SERVICE_*, AUTH_*, ORGANIZATION_*, HOST_* as fault rows 90-101 say */
  query(procedure: string, input?: unknown): Promise<unknown>
  /** Never sent twice. `check` names the command that shows whether a change was made whose answer was lost. */
  mutate(procedure: string, input: unknown, check?: string): Promise<unknown>
}

/** The service itself. */
export interface Api extends Procedures {
  readonly session: Session
  /** That it acts on. */
  readonly organizationId?: string | undefined
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

/** Who is asked, and how. */
export interface Endpoint {
  /** What procedures are named below, without a trailing slash. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Brings the credential along. */
  readonly fetch: Session['fetch']
  /** For one try, answer included. */
  readonly timeoutMs: (mutation: boolean) => number
  /** What a fault means to a person. */
  readonly problem: (fault: Fault, call: ProcedureCall) => Problem | Promise<Problem>
}

type Transport = (call: ProcedureCall, input: unknown) => Promise<unknown>

/** On an ordinary machine. */
export const TIMEOUT_MS = 15_000
/** The longest list that the service gives is a few MB. */
const MOST_BYTES = 32 * 1024 ** 2

export async function connect(connection: Connection): Promise<Api> {
  const {organizationId, session, timeoutMs = TIMEOUT_MS * runStart().slowness, version, wait} = connection
  const endpoint: Endpoint = {
    url: `${session.apiUrl}/api/trpc`,
    headers: {
      'x-superset-client': `cli/${version}`,
      ...(organizationId !== undefined && {'x-superset-organization-id': organizationId}),
    },
    fetch: (input, init) => session.fetch(input, init),
    timeoutMs: () => timeoutMs,
    problem: (fault, call) => serviceProblem(fault, {...call, session}),
  }
  return {session, organizationId, ...(await proceduresOf(endpoint, wait))}
}

export async function proceduresOf(
  endpoint: Endpoint,
  wait: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<Procedures> {
  const perform = await transport(endpoint)
  const run = async (call: ProcedureCall, input: unknown) => {
    const outcome = await withRetries(call, () => perform(call, input), wait)
    if ('fault' in outcome) throw await endpoint.problem(outcome.fault, call)
    return outcome.result
  }
  return {
    query: (procedure, input) => run({procedure, mutation: false}, input),
    mutate: (procedure, input, check) => run({procedure, mutation: true, ...(check !== undefined && {check})}, input),
  }
}

async function withRetries(
  call: ProcedureCall,
  perform: () => Promise<unknown>,
  wait: (ms: number) => Promise<unknown>,
): Promise<{readonly result: unknown} | {readonly fault: Fault}> {
  for (let number = 1; ; number++) {
    try {
      return {result: await perform()}
    } catch (error) {
      const fault = faultOf(error)
      const waitMs = waitBeforeRetry(fault, {mutation: call.mutation, number})
      if (waitMs === undefined) return {fault}
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
async function transport({fetch, headers, timeoutMs, url: base}: Endpoint): Promise<Transport> {
  const {createTRPCUntypedClient, httpLink} = await import('@trpc/client')
  const client = createTRPCUntypedClient({
    links: [
      httpLink({
        url: base,
        headers: {...headers},
        fetch: (url, init) => exchange(fetch, String(url), init as RequestInit, timeoutMs(init?.method === 'POST')),
        transformer: {
          serialize: (json: unknown) => (json === undefined ? undefined : {json}),
          deserialize: (envelope?: {json?: unknown} | null) => envelope?.json,
        },
      }),
    ],
  })
  return ({mutation, procedure}, input) =>
    mutation ? client.mutation(procedure, input) : client.query(procedure, input)
}

/** One request and the judgement of its whole answer: tRPC gets to see results alone. */
async function exchange(fetch: Session['fetch'], url: string, init: RequestInit, timeoutMs: number) {
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
    return await Promise.race([send(fetch, url, {...init, redirect: 'manual', signal: abort.signal}), late])
  } finally {
    clearTimeout(timer)
  }
}

async function send(fetch: Session['fetch'], url: string, init: RequestInit) {
  const response = await fetch(url, init)
  const body = parseAnswer(await readAnswer(response, MOST_BYTES, new URL(url).host))
  const fault = answerFault(response, body)
  if (fault) throw new ServiceFault(fault)
  return {ok: response.ok, status: response.status, json: async () => body}
}
