import {fetchRequestHandler} from '@trpc/server/adapters/fetch'
import {randomBytes} from 'node:crypto'
import {type Changes} from '../changes.ts'
import {type Faults} from '../faults.ts'
import {type Exchange, listen} from '../http.ts'
import {describeCall, type HostRequest} from '../journal.ts'
import {agents, attachments, settings} from './agents.ts'
import {manifestPath, removeManifest, writeManifest} from './manifest.ts'
import {publicProcedure, router} from './procedures.ts'
import {projects} from './projects.ts'
import {HostState} from './state.ts'
import {terminals} from './terminals.ts'
import {workspaceCreation, workspaces} from './workspaces.ts'

export interface HostOptions {
  /** 32 hexadecimal digits; random unless given. That of "this machine" is the caller's to work out. */
  readonly id?: string
  readonly name?: string
  /** The organization `team` unless given. */
  readonly organizationId?: string
  /** Where to leave the manifest, as the folder that `SUPERSET_HOME_DIR` names; none is left unless given. */
  readonly homeDir?: string
  /** Whether it is connected to the relay; it is unless told otherwise. */
  readonly online?: boolean
  /** Whose host it is; every member's unless given. */
  readonly owner?: string
  /** Ids of the users, beside the owner, who may use it. */
  readonly members?: readonly string[]
  /** Refuse to import a path that does not exist here; paths are made up unless asked for. */
  readonly checkPaths?: boolean
}

/** What a stopped host leaves behind in place of removing its manifest. */
export type Leftover = 'closed endpoint' | 'dead process' | 'other host' | 'other program'

/** A host service on loopback, as the desktop app or `superset start` runs it, with its state in memory. */
export interface Host extends AsyncDisposable {
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly url: string
  /** The secret of its manifest. */
  readonly bearer: string
  readonly manifestPath: string | undefined
  readonly state: HostState
  /** Shared by all hosts of the sandbox; found by procedure. */
  readonly faults: Faults
  /** What it was asked, from this machine and through the relay. */
  readonly requests: readonly HostRequest[]
  /** Whether the relay reaches it. */
  online: boolean
  /** Answers as `POST /trpc/<procedure>` would; how the relay passes on what it got. */
  handle(exchange: Exchange, via: HostRequest['via']): Promise<Response | undefined>
  /** Stops it and removes its manifest. With a leftover the manifest stays, and is no longer true. */
  stop(leftover?: Leftover): Promise<void>
}

export interface HostParts {
  readonly organizationId: string
  readonly faults: Faults
  readonly changes: Changes
}

const TRPC_PATH = '/trpc'
const health = router({
  check: publicProcedure.query(() => ({status: 'ok', cloudRegistered: true, registrationError: null})),
})
const service = router({
  ...{health, agents, attachments, settings, project: projects, terminal: terminals},
  ...{workspace: workspaces, workspaces: workspaceCreation},
})

/** Starts a host service on a free port of 127.0.0.1. */
export async function startHost(options: HostOptions, parts: HostParts): Promise<Host> {
  const {id = randomBytes(16).toString('hex'), name = 'Sandbox host', homeDir, checkPaths = false} = options
  const {organizationId, faults, changes} = parts
  const listener = await listen(0)
  const {url} = listener
  const bearer = randomBytes(32).toString('hex')
  const state = new HostState(id, organizationId)
  const requests: HostRequest[] = []
  let accepted = bearer
  let foreign = false
  const manifest = {endpoint: url, authToken: bearer, startedAt: Date.now(), organizationId}
  const host: Host = {
    ...{id, name, organizationId, url, bearer, state, faults, requests},
    online: options.online ?? true,
    manifestPath: homeDir && manifestPath(homeDir, organizationId),
    async handle(exchange, via) {
      const {request} = exchange
      const authenticated = request.headers.get('authorization') === `Bearer ${accepted}`
      const entry: HostRequest = {...describeCall(exchange, TRPC_PATH), ...{via, hostId: id, authenticated}}
      requests.push(entry)
      changes.announce()
      const createContext = () => ({state, authenticated, checkPaths})
      const response = await faults.run(exchange, entry.procedures, () =>
        fetchRequestHandler({endpoint: TRPC_PATH, req: request, router: service, createContext}),
      )
      if (response) entry.status = response.status
      changes.announce()
      return response
    },
    async stop(leftover) {
      host.online = false
      if (homeDir && !leftover) await removeManifest(homeDir, organizationId)
      if (homeDir && leftover === 'dead process') await writeManifest(homeDir, manifest, false)
      if (leftover === 'other host') accepted = randomBytes(32).toString('hex')
      else if (leftover === 'other program') foreign = true
      else await listener.close()
    },
    [Symbol.asyncDispose]: () => host.stop(),
  }
  listener.serve(async (exchange) => {
    const known = new URL(exchange.request.url).pathname.startsWith(`${TRPC_PATH}/`)
    if (known && !foreign) return host.handle(exchange, 'loopback')
    return new Response('<!doctype html><title>Not found</title>', {
      status: 404,
      headers: {'content-type': 'text/html'},
    })
  })
  if (homeDir) await writeManifest(homeDir, manifest)
  return host
}
