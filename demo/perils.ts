import {setTimeout as sleep} from 'node:timers/promises'
import {demand, type Story, wordsOf} from './story.ts'

const SHORT_SECONDS = 3
const WEEK_SECONDS = 7 * 24 * 3600
const AT_ONCE = 20
const PATIENCE_MS = 10_000

export async function letItExpire(story: Story): Promise<void> {
  await getExpiredToken(story)
  const status = await story.run('superset auth status')
  story.prove(
    /Expired/.test(status.output) && /Renewable +yes/.test(status.output),
    'The access token has expired; the session can be renewed.',
  )
}

export async function runManyAtOnce(story: Story): Promise<void> {
  const {narrator} = story
  const line = 'superset tasks list --json'
  const before = story.refreshes
  narrator.remark('The refresh token works once. The service ends every session of a user when it sees one twice.')
  narrator.command(`${line}   (${AT_ONCE} times, at the same moment)`)
  const started = Date.now()
  const runs = await Promise.all(Array.from({length: AT_ONCE}, () => story.quietly(line)))
  const failed = runs.filter(({code}) => code !== 0)
  narrator.output(`${AT_ONCE - failed.length} succeeded, ${failed.length} failed, in ${seconds(started)} s`)
  demand(failed.length === 0, `Of ${AT_ONCE} runs ${failed.length} failed. The first said:\n${failed[0]?.output}`)
  story.prove(true, `${AT_ONCE} successes.`)
  story.prove(story.refreshes - before === 1, 'One token request: one run refreshed, the others took over its result.')
}

export async function killInTheMiddle(story: Story): Promise<void> {
  const {narrator, stage} = story
  const {faults, journal} = stage.sandbox
  await getExpiredToken(story)
  const before = story.refreshes
  narrator.remark('The service takes the refresh token, issues the next one, and withholds its answer.')
  const hold = faults.token.add({hold: 'after', grant: 'refresh_token'})
  const line = 'superset tasks list'
  narrator.command(`${line} &`)
  const command = stage.start(wordsOf(line))
  await Promise.race([hold.held(), command.ended])
  demand(faults.token.held === 1, 'The command ended before the service could withhold its answer.')
  narrator.command(`kill -9 ${command.pid}`)
  process.kill(command.pid, 'SIGKILL')
  const {signal} = await command.ended
  demand(signal === 'SIGKILL', `The command was to be killed, and ended with ${signal}.`)
  narrator.output(`[1]  Killed  ${line}`)
  narrator.remark(
    'The old token is spent, and the new one is in an answer to a command that is dead. Now the answer comes.',
  )
  hold.release()
  await story.run('superset tasks list --limit 3')
  story.prove(story.refreshes - before === 1, 'The session lives: a detached helper took the answer and stored it.')
  const {presented} = journal.token.findLast(({grant}) => grant === 'refresh_token') ?? {}
  const times = journal.token.filter((request) => request.presented === presented).length
  story.prove(times === 1, `That refresh token was presented ${times} time, by whichever process.`)
  story.prove(stage.sandbox.liveRefreshTokens() === 1, 'The service knows one live session, as before.')
}

/** A real token with a short life, from the service; then its end is awaited. */
async function getExpiredToken(story: Story): Promise<void> {
  const {narrator, stage} = story
  narrator.remark(
    `For the next grant, the service issues an access token that lives ${SHORT_SECONDS} seconds, not a week.`,
  )
  stage.sandbox.setAccessTokenSeconds(SHORT_SECONDS)
  await story.run('superset auth refresh')
  stage.sandbox.setAccessTokenSeconds(WEEK_SECONDS)
  narrator.remark(`… ${SHORT_SECONDS} seconds later`)
  await sleep(SHORT_SECONDS * 1000)
  await untilExpired(story)
}

/** The service counts in whole seconds, and commands by its clock: they know best. */
async function untilExpired(story: Story): Promise<void> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; ;) {
    const {stdout} = await story.quietly('superset auth status --json')
    if ((JSON.parse(stdout) as {expired?: boolean}).expired) return
    demand(Date.now() < giveUpAt, `The access token did not expire; \`superset auth status --json\` says\n${stdout}`)
    await sleep(200)
  }
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1)
}
