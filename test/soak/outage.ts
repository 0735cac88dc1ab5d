import {UPSTREAM_BROKE, type Fault} from '@superset/sandbox'
import {RefreshStage} from '../support/refresh-stage.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

/** What everything that is asked meets while the server cannot be reached; some forward it all the same. */
export const OUTAGES: Readonly<Record<string, Fault>> = {
  '503': {answer: UPSTREAM_BROKE},
  '503 after forwarding': {answer: UPSTREAM_BROKE, process: true},
  '502 as a web page': {
    answer: {status: 502, headers: {'content-type': 'text/html'}, body: '<html>Bad gateway</html>'},
  },
  '504': {answer: {status: 504}},
  '429': {answer: {status: 429, headers: {'x-retry-after': '30'}, body: 'Too many requests.'}},
  'a portal': {answer: {status: 200, headers: {'content-type': 'text/html'}, body: '<!doctype html>Hotel'}},
  'a redirect to a portal': {answer: {status: 302, headers: {location: 'http://127.0.0.1:1/'}}},
  resets: {cut: 'before'},
  'resets after forwarding': {cut: 'after'},
}
const KINDS = Object.entries(OUTAGES)
const AT_ONCE = 10

export const outage: Section = {
  name: 'outage',
  summary:
    'runs while a gateway has lost its server: nothing is presented, and the session lives afterwards (--outage-runs 90)',
  async run(tally, sizes) {
    await using stage = await RefreshStage.create({storage: 'file', gateway: true})
    const rounds = Math.ceil(sizes('outage-runs', AT_ONCE * KINDS.length) / AT_ONCE)
    for (let round = 0; round < rounds; round++) await playRound(stage, round, tally)
    tally.observe(stage)
  },
}

async function playRound(stage: RefreshStage, round: number, tally: Tally): Promise<void> {
  const [name = '', fault = {}] = KINDS[round % KINDS.length] ?? []
  const valid = Math.floor(round / KINDS.length) % 2 === 1
  const where = `${name}, ${valid ? 'valid' : 'expired'} token`
  tally.rounds++
  tally.meet(where)
  await (valid ? stage.makeDue() : stage.expire())
  const before = stage.presentations
  // The API is there, for a run with a valid token must work; whoever issues tokens is not.
  for (const path of stage.issuerPaths) stage.gateway.faults.add({...fault, path, times: Number.POSITIVE_INFINITY})
  const runs = await Promise.all(Array.from({length: AT_ONCE}, () => stage.list()))
  for (const run of runs) {
    if (valid) tally.succeeded(run, where)
    else tally.demand(run.code === 75, `${where}: exit ${run.code}: ${run.stdout} ${run.stderr}`)
    if (!valid) tally.runs++
  }

  tally.demand(stage.presentations === before, `${where}: ${stage.presentations - before} presentations`)
  stage.gateway.faults.clear()
  stage.endPauses()
  await tally.demandAlive(stage, where)
}
