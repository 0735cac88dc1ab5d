import {boundFetch, EXIT, isProblem, Problem, runStart, waitFor} from '@superset/identity'
import {lightFetch, readAnswer} from '@superset/identity/network'
import {proceduresOf, TIMEOUT_MS} from '../client.ts'
import {answerFault, type Fault, networkFault, parseAnswer} from '../fault.ts'
import {type ProcedureCall} from '../outage.ts'
import {isTemporary} from '../retry.ts'
import {hostProblem} from './host-problem.ts'
import {type Manifest, mayLive, otherManifests, readManifest} from './manifest.ts'
import type {Target} from './target.ts'

export interface ThisMachine {
  readonly homeDir: string
  readonly organizationId: string
  /** Of this machine. */
  readonly hostId: string
  /** Is told the secret of the host service, so that it is shown nowhere. */
  readonly holdSecret: (secret: string) => void
}

/** A clone, or a branch that is checked out, takes as long as it takes. */
const CHANGE_TIMEOUT_MS = 15 * 60_000
const PROBE_TIMEOUT_MS = 5000
const MOST_BYTES = 1024 ** 2
const NAME = 'this machine'
const GONE = 'the process that wrote its manifest is gone'

/** @throws Problem HOST_NOT_RUNNING (75), HOST_MANIFEST, CONFIG_* (78) */
export async function openThisMachine(here: ThisMachine): Promise<Target> {
  const {homeDir, organizationId} = here
  const manifest = manifestOf(here)
  if (!manifest) throw notRunning(undefined, otherManifests(homeDir, organizationId))
  // It may be one that runs in another container, or that was started before the clock was set; but the secret is not sent
  // until what answers talks as a host service does.
  const reason = mayLive(manifest) ? undefined : staleReason(await probe(manifest), manifest)
  if (reason !== undefined) throw notRunning(`${reason}; ${GONE}`)
  return followed(here, manifest)
}

/**
 * A host service that was started again meanwhile has another address and another secret: then who is said not to run was
 * not asked anything, and the one that runs is asked in its place, once.
 */
async function followed(here: ThisMachine, manifest: Manifest): Promise<Target> {
  const target = await targetOf(here, manifest)
  const elsewhere = async <Answer>(error: unknown, ask: (next: Target) => Promise<Answer>): Promise<Answer> => {
    const next = isProblem(error) && error.code === NOT_RUNNING ? manifestOf(here) : undefined
    if (!next || (next.endpoint === manifest.endpoint && next.authToken === manifest.authToken)) throw error
    return ask(await targetOf(here, next))
  }
  return {
    ...target,
    query: (procedure, input) =>
      target
        .query(procedure, input)
        .catch((error: unknown) => elsewhere(error, (next) => next.query(procedure, input))),
    mutate: (procedure, input, check) =>
      target
        .mutate(procedure, input, check)
        .catch((error: unknown) => elsewhere(error, (next) => next.mutate(procedure, input, check))),
  }
}

const NOT_RUNNING = 'HOST_NOT_RUNNING'

/** What `superset status` has to tell. */
export type LocalState =
  | {readonly running: false; readonly manifest?: Manifest; readonly reason?: string}
  /** `health`: what it says of itself; absent where it fails at that. */
  | {readonly running: true; readonly manifest: Manifest; readonly health?: unknown}

/** @throws Problem HOST_MANIFEST, CONFIG_* (78) */
export async function lookAtThisMachine(here: ThisMachine): Promise<LocalState> {
  const manifest = manifestOf(here)
  if (!manifest) return {running: false}
  const answer = await probe(manifest)
  const reason = staleReason(answer, manifest)
  if (reason !== undefined) return {running: false, manifest, reason: mayLive(manifest) ? reason : `${reason}; ${GONE}`}
  return {running: true, manifest, ...('health' in answer && {health: answer.health})}
}

function manifestOf({holdSecret, homeDir, organizationId}: ThisMachine): Manifest | undefined {
  const manifest = readManifest(homeDir, organizationId)
  if (manifest) holdSecret(manifest.authToken)
  return manifest
}

/** Asks, without the secret, for what a host service tells everybody. */
async function probe({endpoint}: Manifest): Promise<Fault | {readonly health: unknown}> {
  const {host} = new URL(endpoint)
  using _waiting = waitFor(host)
  const signal = AbortSignal.timeout(Math.round(PROBE_TIMEOUT_MS * runStart().slowness))
  try {
    const response = await lightFetch(new URL('/trpc/health.check', endpoint), {method: 'GET', headers: {}, signal})
    const body = parseAnswer(await readAnswer(response, MOST_BYTES, host))
    return answerFault(response, body) ?? {health: (body as {result: {data?: {json?: unknown}}}).result.data?.json}
  } catch (error) {
    const fault = networkFault(error)
    if (fault) return fault
    throw error
  }
}

async function targetOf({hostId}: ThisMachine, manifest: Manifest): Promise<Target> {
  const {authToken, endpoint} = manifest
  const {host} = new URL(endpoint)
  const {slowness} = runStart()
  const procedures = await proceduresOf({
    url: `${endpoint}/trpc`,
    headers: {'x-superset-client-machine-id': hostId},
    fetch: boundFetch({
      apiUrl: endpoint,
      current: async () => authToken,
      headers: (token) => ({authorization: `Bearer ${token}`}),
    }),
    timeoutMs: (mutation) => (mutation ? CHANGE_TIMEOUT_MS : TIMEOUT_MS) * slowness,
    problem: (fault: Fault, call: ProcedureCall) => {
      const reason = staleReason(fault, manifest)
      return reason === undefined
        ? hostProblem(fault, call, {name: NAME, flag: '', subject: `the host service of ${NAME}`, host})
        : notRunning(reason)
    },
  })
  return {...procedures, hostId, isThisMachine: true, name: NAME, flag: ''}
}

/** What shows that a manifest was left behind by a host service that is there no more; `undefined` when nothing does. */
function staleReason(answer: Fault | {readonly health: unknown}, {endpoint}: Manifest): string | undefined {
  if ('health' in answer) return undefined
  const fault = answer
  const {host} = new URL(endpoint)
  if (fault.kind === 'unsent') return `${host}: ${fault.reason}`
  const isForeign = fault.kind === 'redirected' || (fault.kind === 'foreign' && !isTemporary(fault.status))
  if (isForeign) return `another program answers at ${host}`
  if (fault.kind === 'refused' && fault.status === 401) return `another host service answers at ${host}`
  return undefined
}

/** @param others organizations for which one may run */
function notRunning(reason?: string, others: readonly string[] = []): Problem {
  return new Problem({
    code: NOT_RUNNING,
    message: `The host service of this machine is not running${reason === undefined ? '' : ` (${reason})`}.`,
    exit: EXIT.temporary,
    suggestions: [
      ...others.slice(0, 3).map((id) => `One was started for another organization: --organization ${id}.`),
      'Start the Superset app on this machine, or its host daemon; superset does not start them.',
      'Or name another host with --host; `superset hosts list` shows them.',
    ],
  })
}
