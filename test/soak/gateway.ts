import {UPSTREAM_BROKE, type Fault} from '@superset/sandbox'
import {RefreshStage, untilItWaits} from '../support/refresh-stage.ts'
import {signIn} from '../support/signed-in.ts'
import type {Section} from './section.ts'
import type {Tally} from './tally.ts'

const BREAKS: Readonly<Record<string, Fault>> = {
  '408': {answer: {status: 408}},
  '502': {answer: {status: 502, headers: {'content-type': 'text/html'}, body: '<html>Bad gateway</html>'}},
  '503': {answer: UPSTREAM_BROKE},
  '504': {answer: {status: 504}},
  reset: {},
}
const WHEN = ['before', 'after'] as const
const LIVES = ['expired', 'valid'] as const
/** An answer came, and says nothing of the token; of a 504 and a reset nobody presents it again by itself. */
const ANSWERS = new Set(['408', '502', '503'])
const AT_ONCE = 10

const CASES = LIVES.flatMap((life) =>
  WHEN.flatMap((when) => Object.entries(BREAKS).map(([name, fault]) => ({name, fault, when, life}))),
)
type Case = (typeof CASES)[number]

export const gateway: Section = {
  name: 'gateway',
  summary:
    "a gateway loses the answer to the token request, before or after forwarding it: one presentation, and the user's other machine stays signed in (--gateway-runs 200)",
  async run(tally, sizes) {
    await using stage = await RefreshStage.create({storage: 'file', gateway: true})
    await using other = await stage.otherMachine()
    const rounds = Math.ceil(sizes('gateway-runs', AT_ONCE * CASES.length) / AT_ONCE)
    for (let round = 0; round < rounds; round++) {
      const one = CASES[round % CASES.length]
      if (one) await playRound(stage, other, one, tally)
    }

    tally.observe(stage)
  },
}

async function playRound(stage: RefreshStage, other: RefreshStage, one: Case, tally: Tally): Promise<void> {
  const {name, fault, when, life} = one
  const where = `${name} ${when} forwarding, ${life} token`
  tally.rounds++
  tally.meet(where)
  await (life === 'valid' ? stage.makeDue() : stage.expire())
  const before = stage.presentations
  const held = stage.gateway.faults.add({
    ...fault,
    ...(name === 'reset' ? {cut: when} : {process: when === 'after'}),
    hold: 'before',
    path: stage.tokenPath,
  })
  const started = Array.from({length: AT_ONCE}, () => stage.start())
  // One that began after the answer would be a later run, which may present an uncertain token once more.
  await Promise.all(life === 'expired' ? started.map(untilItWaits) : [held.held()])
  held.release()
  const runs = await Promise.all(started.map(({ended}) => ended))
  for (const run of runs) {
    if (life === 'valid') tally.succeeded(run, where)
    else tally.demand(run.code === 75 || run.code === 4, `${where}: exit ${run.code}: ${run.stdout} ${run.stderr}`)
    if (life === 'expired') tally.runs++
  }

  const presented = stage.presentations - before
  tally.demand(presented === 1, `${where}: ${presented} presentations`)
  await tally.demandAlive(other, `the other machine, ${where}`)
  if (when === 'after') {
    // Its successor was lost on the way: nothing can bring this session back, and nothing else ends with it.
    await signIn(stage.home, stage.sandbox, 'file', stage.env)
  } else {
    if (life === 'valid') await stage.expire()
    if (!ANSWERS.has(name)) {
      tally.failed(await stage.list(), {code: 'AUTH_INTERRUPTED', exit: 4}, where)
      tally.succeeded(await stage.refresh(['--replay']), where)
    } else {
      tally.succeeded(await stage.list(), `a later run, ${where}`)
    }
  }

  await tally.demandAlive(stage, where)
}
