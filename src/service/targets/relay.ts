import {boundFetch, EXIT, isObject, isProblem, Problem, runStart, type Session, sourceName} from '@superset/identity'
import {readAnswer} from '@superset/identity/network'
import {check, object, pipe, regex, string} from 'valibot'
import {read} from '../answer.ts'
import {type Api, proceduresOf, type Procedures} from '../client.ts'
import {type Fault, parseAnswer} from '../fault.ts'
import {hostsOf} from '../hosts.ts'
import {type ProcedureCall, unavailable} from '../outage.ts'
import {relayRefusal} from '../retry.ts'
import {shellWord} from '../shell-word.ts'
import {hostProblem, sentenceStart} from './host-problem.ts'
import type {Target} from './target.ts'

export interface RemoteHost {
  readonly id: string
  /** Unknown where it was named by its id. */
  readonly name?: string
  readonly organizationId: string
  /** Of this machine, for the host to know who asks. */
  readonly clientId: string
}

/** The relay stops waiting for a host after 30 s, and says so. */
const TIMEOUT_MS = 40_000
const MOST_BYTES = 64 * 1024
const RelayEndpoint = object({
  url: pipe(
    string(),
    regex(/^https?:\/\//),
    check((url) => isAddress(url)),
  ),
})

/** A host on another machine. The relay is asked for, from the service, with the first call, and once. */
export function openRemote(api: Api, remote: RemoteHost): Target {
  const {id, name = id} = remote
  const named = {name: `host ${name}`, flag: ` --host ${shellWord(name)}`}
  let opened: Promise<Procedures> | undefined
  const procedures = () => (opened ??= connectThrough(api, remote, named))
  return {
    ...named,
    hostId: id,
    isThisMachine: false,
    query: async (procedure, input) => (await procedures()).query(procedure, input),
    mutate: async (procedure, input, check) => (await procedures()).mutate(procedure, input, check),
  }
}

/** A user name in it would be for somebody else. */
function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false
  const {password, username} = new URL(url)
  return username === '' && password === ''
}

type Named = Pick<Target, 'flag' | 'name'>

async function connectThrough(api: Api, remote: RemoteHost, named: Named): Promise<Procedures> {
  const {url} = read(RelayEndpoint, await api.query('host.relayEndpoint'), 'host.relayEndpoint')
  // Where it may be sent to is the business of `boundFetch`: over https, or within this machine.
  const relay = new URL(url)
  const base = `${relay.origin}${relay.pathname.replace(/\/$/, '')}`
  return proceduresOf({
    url: `${base}/hosts/${encodeURIComponent(remote.organizationId)}:${encodeURIComponent(remote.id)}/trpc`,
    headers: {'x-superset-client-machine-id': remote.clientId},
    fetch: boundFetch({
      apiUrl: relay.origin,
      current: await credentialFor(api.session, relay.host),
      headers: (token): Record<string, string> => (token === undefined ? {} : {authorization: `Bearer ${token}`}),
    }),
    timeoutMs: () => TIMEOUT_MS * runStart().slowness,
    problem: (fault, call) => problemOf(fault, call, {api, named, remote, relay: relay.host}),
  })
}

/** The relay takes bearer tokens alone. For an API key the service gives one that lives for an hour. */
async function credentialFor(session: Session, relay: string): Promise<() => Promise<string | undefined>> {
  if (session.scheme === 'ambient') return async () => undefined
  if (session.scheme === 'bearer') return () => session.token()
  const response = await session.fetch('/api/auth/token')
  const answer = parseAnswer(await readAnswer(response, MOST_BYTES, new URL(session.apiUrl).host))
  const token = isObject(answer) ? answer['token'] : undefined
  if (response.status !== 200 || typeof token !== 'string') throw noKeys(session, relay)
  return async () => token
}

interface Way {
  readonly api: Api
  readonly named: Named
  readonly remote: RemoteHost
  readonly relay: string
}

async function problemOf(fault: Fault, call: ProcedureCall, {api, named, relay, remote}: Way): Promise<Problem> {
  switch (relayRefusal(fault)) {
    case 'offline': {
      return offline(api, named, remote)
    }

    case 'timed-out': {
      const subject = sentenceStart(named.name)
      return unavailable(`it did not answer within the 30 s that the relay waits`, fault, call, {subject})
    }

    case undefined: {
      if (fault.kind === 'refused' && fault.status === 401) return notTaken(api.session, relay)
      return hostProblem(fault, call, {...named, subject: named.name, host: relay})
    }
  }
}

/** A host that is not there and one that nobody knows are the same to the relay. */
async function offline(api: Api, {name}: Named, {id, organizationId}: RemoteHost): Promise<Problem> {
  const hosts = await hostsOf(api, organizationId).catch((error: unknown) => {
    if (!isProblem(error)) throw error
    return undefined
  })
  // Where that cannot be asked, the host is taken for one that there is.
  const found = hosts ? hosts.find((host) => host.id === id) : {name: id, wakeCommand: null}
  if (!found) {
    return new Problem({
      code: 'HOST_UNKNOWN',
      message: `There is no ${name} in this organization.`,
      exit: EXIT.failed,
      suggestions: ['Run `superset hosts list` to see what there is.'],
    })
  }

  return new Problem({
    code: 'HOST_OFFLINE',
    message: `Host ${found.name} is not online.`,
    exit: EXIT.temporary,
    retryable: true,
    suggestions: [
      found.wakeCommand
        ? `Wake it with \`superset hosts wake ${shellWord(found.name)}\`.`
        : 'Start the Superset app or the host daemon on it, with remote access on.',
      'Run `superset hosts list` to see which are online.',
    ],
  })
}

/** Not of the session, which the service takes. */
function notTaken(session: Session, relay: string): Problem {
  if (session.scheme === 'api-key') return noKeys(session, relay)
  return new Problem({
    code: 'RELAY_REFUSED',
    message: `The relay ${relay} does not accept the token that ${new URL(session.apiUrl).host} accepts (401).`,
    exit: EXIT.signInNeeded,
    profile: session.profile,
    suggestions: ['Run `superset auth login`.', 'Or run the command on that host itself.'],
  })
}

function noKeys({profile, source}: Session, relay: string): Problem {
  return new Problem({
    code: 'RELAY_TAKES_NO_KEY',
    message: `Other hosts are reached through the relay ${relay}, which takes no API key (from ${sourceName(source, '--api-key')}).`,
    exit: EXIT.signInNeeded,
    profile,
    suggestions: ['Sign in with `superset auth login`.', 'Or run the command on that host itself, with --local.'],
  })
}
