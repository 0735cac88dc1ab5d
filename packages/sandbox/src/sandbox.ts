import {type DatabaseSync} from 'node:sqlite'
import {createAuthorizationServer} from './authorization-server.ts'
import {Changes} from './changes.ts'
import {openDatabase} from './database.ts'
import {type Endpoint, ENDPOINTS, Faults, standingDelay} from './faults.ts'
import {startGateway} from './gateway.ts'
import {Hosts} from './host/hosts.ts'
import {startRelay} from './host/relay.ts'
import {listen} from './http.ts'
import {Journal} from './journal.ts'
import {type Sandbox, type SandboxOptions} from './model.ts'
import {addTasks, seed} from './seeds.ts'
import {createService} from './service.ts'
import {TrustedIssuers} from './trusted-issuers.ts'

const WEEK_SECONDS = 604_800

/**
 * Starts the service: the authorization server it really runs, with its API and pages.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const gateway = options.gateway ? await startGateway(options.port ?? 0) : undefined
  const listener = gateway ? await listen(0, gateway.url) : await listen(options.port ?? 0)
  gateway?.passTo(listener.port)
  const {url} = listener
  const opened: DatabaseSync[] = []
  try {
    const database = openDatabase(options.database ?? ':memory:')
    opened.push(database)
    const accessTokenSeconds = options.accessTokenSeconds ?? WEEK_SECONDS
    const rateLimit = options.rateLimit ?? false
    const pairwise = options.pairwise ?? false
    const server = await createAuthorizationServer({url, database, accessTokenSeconds, rateLimit, pairwise})
    const seeds = await seed(database, server)
    const trusted = new TrustedIssuers(database)
    const changes = new Changes()
    const journal = new Journal(changes)
    const faults = makeFaults(changes, options)
    const hosts = new Hosts(database, {faults: faults.host, changes})
    const relay = await startRelay({issuer: url, keys: () => server.keys(), faults: faults.relay, changes, hosts})
    const sandbox: Sandbox = {
      ...seeds,
      ...{url, journal, faults, changes, relay, hosts: hosts.all, feedback: []},
      addTasks: (tasks, organizationId = seeds.organizations.team.id) =>
        addTasks(database, {organizationId, creatorId: seeds.users.admin.id}, tasks),
      startHost: (given = {}) => hosts.start(given.organizationId ?? seeds.organizations.team.id, given),
      ...(gateway && {gateway}),
      get counters() {
        return journal.counters
      },
      setAccessTokenSeconds: (seconds) => server.setAccessTokenSeconds(seconds),
      trust: (issuer, audience = url) => trusted.add(issuer, audience),
      liveRefreshTokens: (userId) => countLive(database, userId),
      expireRefreshTokens: (userId) => expireLive(database, userId),
      spoilApiKeys: (how) => void database.exec(`UPDATE apikey SET ${SPOILT[how]}`),
      forgetRefreshTokens: () => Number(database.prepare('DELETE FROM oauthRefreshToken').run().changes),
      async close() {
        for (const endpoint of ENDPOINTS) faults[endpoint].clear()
        changes.end()
        await gateway?.[Symbol.asyncDispose]()
        await listener.close()
        await hosts.stopAll()
        await relay[Symbol.asyncDispose]()
        if (database.isOpen) database.close()
      },
      [Symbol.asyncDispose]: () => sandbox.close(),
    }
    listener.serve(withLog(createService({sandbox, database, server, trusted}), options.log))
    return sandbox
  } catch (error) {
    await gateway?.[Symbol.asyncDispose]()
    await listener.close()
    for (const database of opened) database.close()
    throw error
  }
}

function makeFaults(changes: Changes, {tokenDelayMs}: SandboxOptions): Sandbox['faults'] {
  const faults = Object.fromEntries(ENDPOINTS.map((endpoint) => [endpoint, new Faults(changes)]))
  return {...(faults as Record<Endpoint, Faults>), token: new Faults(changes, standingDelay(tokenDelayMs))}
}

const SPOILT = {
  disabled: 'enabled = 0',
  expired: "expiresAt = '2020-01-01T00:00:00.000Z'",
  'used up': 'remaining = 0',
} as const

function withLog(handle: ReturnType<typeof createService>, log: SandboxOptions['log']) {
  if (!log) return handle
  return async (exchange: Parameters<typeof handle>[0]) => {
    const response = await handle(exchange)
    log(`${exchange.request.method} ${new URL(exchange.request.url).pathname} ${response?.status ?? 'cut'}`)
    return response
  }
}

const LIVE = `revoked IS NULL AND expiresAt > :now AND (:userId IS NULL OR userId = :userId)`

function countLive(database: DatabaseSync, userId: string | undefined): number {
  const values = {now: new Date().toISOString(), userId: userId ?? null}
  return Number(database.prepare(`SELECT count(*) AS live FROM oauthRefreshToken WHERE ${LIVE}`).get(values)?.['live'])
}

function expireLive(database: DatabaseSync, userId: string | undefined): number {
  const values = {now: new Date().toISOString(), userId: userId ?? null}
  return Number(database.prepare(`UPDATE oauthRefreshToken SET expiresAt = :now WHERE ${LIVE}`).run(values).changes)
}
