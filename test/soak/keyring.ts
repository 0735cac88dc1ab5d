import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  keyringMissing,
  startKeyring,
  type KeyringSession,
} from '../../packages/plugin-auth/test/support/keyring-session.ts'
import {startSandbox, type Sandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {sandboxEnvironment} from '../support/signed-in.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

export const keyring: Section = {
  name: 'keyring',
  summary: 'gnome-keyring killed or locked while a refresh is under way (--keyrings 2)',
  async run(tally, sizes) {
    tally.skipped = await keyringMissing()
    if (tally.skipped) return
    for (let round = 0; round < sizes('keyrings', 2); round++) {
      for (const what of ['killed', 'locked'] as const) await playRound(what, tally)
    }
  },
}

async function playRound(what: 'killed' | 'locked', tally: Tally): Promise<void> {
  tally.rounds++
  await using session = await startKeyring()
  await using sandbox = await startSandbox({accessTokenSeconds: 1})
  await using home = await Home.create()
  const env = {...session.env, ...sandboxEnvironment(sandbox), HOME: home.path}
  const login = await home.run(['auth', 'login', '--json', '--storage', 'keychain'], {env})
  if (!tally.succeeded(login, 'sign-in')) return
  sandbox.setAccessTokenSeconds(604_800)
  const hold = sandbox.faults.token.add({hold: 'after', grant: 'refresh_token'})
  const refreshing = home.start(['auth', 'refresh', '--json'], {env})
  await Promise.race([hold.held(), refreshing.ended])
  if (what === 'killed') await session.kill()
  else session.lock()
  hold.release()
  tally.succeeded(await refreshing.ended, `keyring ${what} under way: the answer is stored, the key was in memory`)
  const blind = await home.run(['tasks', 'list', '--json'], {env})
  tally.runs++
  tally.meet(`${what}: next run exit ${blind.code}`)
  tally.demand(blind.code === 74, `keyring ${what}, next run: exit ${blind.code}: ${blind.stdout.slice(0, 200)}`)
  await comeBack(session)
  tally.succeeded(await home.run(['tasks', 'list', '--json'], {env}), `keyring ${what}, then back`)
  await demandAlive({home, env, sandbox}, tally, `keyring ${what}`)
}

async function demandAlive(
  {home, env, sandbox}: {home: Home; env: Record<string, string>; sandbox: Sandbox},
  tally: Tally,
  where: string,
): Promise<void> {
  const run = await home.run(['auth', 'refresh', '--json'], {env})
  if (!tally.succeeded(run, `${where}: the session is lost`)) tally.lost++
  const presented = sandbox.journal.token.flatMap(({presented: token}) => token ?? [])
  tally.maxPresentations = Math.max(
    tally.maxPresentations,
    ...presented.map((token) => presented.filter((other) => other === token).length),
  )
  tally.requests += sandbox.counters.token['refresh_token'] ?? 0
}

/** What logging out of the desktop and in again does: a new daemon, and the password that unlocks the collection. */
async function comeBack(session: KeyringSession): Promise<void> {
  await session.kill()
  const daemon = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    env: session.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  daemon.stdin.end('password')
  await once(daemon, 'close')
}
