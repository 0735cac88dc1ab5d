import {existsSync} from 'node:fs'
import {readFile, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {Home} from '../support/cli.ts'
import {plantIncumbentSession} from '../support/incumbent.ts'
import {PAST, RefreshStage, type ServerName} from '../support/refresh-stage.ts'
import {setExpiry, signIn} from '../support/signed-in.ts'
import {nameAt, type Section} from './section.ts'
import type {Tally} from './tally.ts'

const STATES = ['not begun', 'claimed', 'sent', 'answered', 'lost'] as const
type State = (typeof STATES)[number]

export const logout = (server: ServerName): Section => ({
  name: nameAt(server, 'logout'),
  summary: "logout in every state of a refresh: the user's other machine stays signed in (--logouts 2)",
  async run(tally, sizes) {
    // The other machine.
    await using other = await RefreshStage.create({server, storage: 'file'})
    for (let round = 0; round < sizes('logouts', 2); round++) {
      for (const state of STATES) await playRound(other, state, tally)
    }

    tally.observe(other)
  },
})

/** A machine of the same user whose token has ended and whose token endpoint has yet to be found. */
async function signInHere(home: Home, {sandbox, server, env}: RefreshStage): Promise<void> {
  if (sandbox.url === server.url) {
    await plantIncumbentSession(home, sandbox, PAST)
    return rm(path.join(home.superset, 'identity'), {recursive: true, force: true})
  }

  await signIn(home, sandbox, 'file', env)
  await setExpiry(home, PAST)
  const note = path.join(home.superset, 'identity/profiles/default.json')
  const index = JSON.parse(await readFile(note, 'utf8')) as {binding: object}
  await writeFile(note, JSON.stringify({...index, binding: {...index.binding, tokenEndpoint: undefined}}))
  await rm(path.join(home.superset, 'identity/discovery'), {recursive: true, force: true})
}

async function playRound(other: RefreshStage, state: State, tally: Tally): Promise<void> {
  tally.rounds++
  tally.meet(state)
  const {server, env} = other
  await using home = await Home.create()
  await signInHere(home, other)
  const run = () => home.run(['tasks', 'list', '--json'], {env})
  const {token, metadata} = server.faults
  if (state === 'lost') {
    token.add({cut: 'after', grant: 'refresh_token'})
    tally.failed(await run(), {code: 'AUTH_ANSWER_LOST', exit: 75}, 'the answer was lost')
  }

  const hold =
    state === 'claimed'
      ? metadata.add({hold: 'before'})
      : state === 'sent' || state === 'answered'
        ? token.add({hold: state === 'sent' ? 'before' : 'after', grant: 'refresh_token'})
        : undefined
  const refreshing = hold && home.start(['tasks', 'list', '--json'], {env})
  if (hold && refreshing) await Promise.race([hold.held(), refreshing.ended])
  const leaving = home.start(['auth', 'logout', '--json'], {env})
  // It forgets first, and then waits for the refresh that is under way.
  let left = false
  void leaving.ended.then(() => (left = true))
  while (!left && !(await isForgotten(home))) await sleep(5)
  hold?.release()
  tally.succeeded(await leaving.ended, `logout, ${state}`)
  await refreshing?.ended
  metadata.clear()
  token.clear()
  tally.demand(await isForgotten(home), `logout, ${state}: the refresh brought the session back`)
  const after = await run()
  tally.demand(after.code === 4, `after logout, ${state}: exit ${after.code}`)
  await setExpiry(other.home, PAST)
  tally.succeeded(await other.list(), `the other machine, ${state}`)
  await tally.demandAlive(other, `the other machine, ${state}`)
}

async function isForgotten(home: Home): Promise<boolean> {
  const file = path.join(home.superset, 'config.json')
  if (!existsSync(file)) return true
  return !('auth' in (JSON.parse(await readFile(file, 'utf8')) as object))
}
