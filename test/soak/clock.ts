import {Home} from '../support/cli.ts'
import {SandboxWithClock} from '../support/sandbox-with-clock.ts'
import {APPROVE, STORAGE_KEY} from '../support/signed-in.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const HOUR_MS = 3_600_000
const JUMPS = [1, -1, 24, -24, 0]
const TOKEN_SECONDS = 600

export const clock: Section = {
  name: 'clock',
  summary: "the server's clock jumps by an hour and by a day, both ways (--clock-runs 5)",
  async run(tally, sizes) {
    const runs = sizes('clock-runs', 5)
    await using sandbox = await SandboxWithClock.start()
    await sandbox.setAccessTokenSeconds(TOKEN_SECONDS)
    for (const storage of ['file', 'key'] as const) {
      await sandbox.setShift(0)
      await using home = await Home.create()
      const env = {
        SUPERSET_API_URL: sandbox.url,
        SUPERSET_WEB_URL: sandbox.url,
        BROWSER: APPROVE,
        ...(storage === 'key' && {SUPERSET_STORAGE_KEY: STORAGE_KEY}),
      }
      tally.succeeded(await home.run(['auth', 'login', '--json', '--storage', storage], {env}), 'sign-in')
      for (const hours of JUMPS) {
        tally.rounds++
        await sandbox.setShift(hours * HOUR_MS)
        const sent = await requestsOf({home, env, sandbox, runs}, tally, `${storage}, ${hours} h`)
        tally.meet(`${storage} ${hours} h: ${sent} requests`)
        tally.demand(sent <= 1, `${storage}, ${hours} h: ${sent} requests in ${runs} runs`)
      }
    }

    tally.requests = await sandbox.refreshRequests()
  },
}

interface Scene {
  readonly home: Home
  readonly env: Record<string, string>
  readonly sandbox: SandboxWithClock
  readonly runs: number
}

/** Runs in turn, so that a loop would show as a request for each. */
async function requestsOf({home, env, sandbox, runs}: Scene, tally: Tally, where: string): Promise<number> {
  const before = await sandbox.refreshRequests()
  for (let run = 0; run < runs; run++) {
    tally.succeeded(await home.run(['tasks', 'list', '--json'], {env}), where)
  }

  const status = await home.run(['auth', 'status', '--json'], {env})
  tally.succeeded(status, `${where}, status`)
  tally.demand(!status.stdout.includes('"expired": true'), `${where}: status says "expired"`)
  return (await sandbox.refreshRequests()) - before
}
