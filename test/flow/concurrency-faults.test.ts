import assert from 'node:assert/strict'
import {cp, readdir, readFile, writeFile} from 'node:fs/promises'
import os from 'node:os'
import {setTimeout as sleep} from 'node:timers/promises'
import identity from '../../packages/plugin-auth/dist/hooks/identity.js'
import {AuthProvider} from '../../packages/plugin-auth/dist/provider/auth-provider.js'
import {processName, isElsewhere, nameOfHolder} from '../../packages/plugin-auth/src/ledger/holder.ts'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {indexFile, plainFile, sessionFolder} from '../../packages/plugin-auth/src/files/layout.ts'
import {parseRecord, seal, unseal} from '../../packages/plugin-auth/src/store/sealed/record.ts'
import {Gate} from './gate.ts'
import {renewInAHurry} from './renew-in-a-hurry.ts'
import {rotate, Stage, text} from './stage.ts'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

/** Ends the refresh helper that the ledger names: never anything else. */
function killHelper(stage: Stage, signal: NodeJS.Signals): void {
  const pid = stage.holderPid()
  assert.ok(pid !== undefined && pid !== process.pid)
  process.kill(pid, signal)
}

const phaseOf = (stage: Stage): unknown =>
  stage.withLedger((ledger) => ledger.prepare('SELECT phase FROM generation').get()?.['phase'])

describe('processes that share one session', () => {
  it('row 62: 8 runs at once: one request, all use the same new token', async () => {
    await using stage = await Stage.open('expired')
    const runs = await Promise.all(Array.from({length: 8}, () => stage.run()))
    assert.deepEqual(new Set(runs.map(({exit}) => exit)), new Set([0]))
    assert.deepEqual(new Set(stage.apiCredentials), new Set(['access-2']))
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 63: the holder is suspended: a valid token is used at once, and nothing more is sent', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('valid', {answer: gate.answer})
    const first = stage.run()
    await gate.reached
    killHelper(stage, 'SIGSTOP')
    try {
      const second = await stage.run()
      assert.deepEqual([second.exit, second.token], [0, 'access-1'])
    } finally {
      killHelper(stage, 'SIGCONT')
    }

    gate.open()
    assert.equal((await first).exit, 0)
    assert.equal((await stage.run()).token, 'access-2', 'the suspended helper ended its work')
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 63: the holder is suspended: an expired run waits for its budget, names it, and never refreshes unguarded', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('expired', {answer: gate.answer})
    const first = stage.run()
    await gate.reached
    const holder = stage.holderPid()
    killHelper(stage, 'SIGSTOP')
    try {
      const {renewal, told} = await renewInAHurry(stage)
      assert.ok(renewal.outcome === 'blocked')
      const {reason} = renewal.blocked
      assert.deepEqual([reason.code, reason.exit], ['AUTH_BUSY', 75])
      assert.equal(reason.message, `Another superset (pid ${holder} on ${os.hostname()}) is refreshing this session.`)
      assert.equal(told.length, 1, 'one line while it waits')
    } finally {
      killHelper(stage, 'SIGCONT')
    }

    gate.open()
    assert.equal((await first).token, 'access-2')
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 64: the holder dies before it has sent anything: the claim is taken over at once', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('expired', {binding: () => ({tokenEndpoint: undefined})})
    stage.metadataHeld = gate.opened
    const run = stage.run()
    await until(() => stage.metadataAsked === 1)
    assert.equal(phaseOf(stage), 'claimed')
    killHelper(stage, 'SIGKILL')
    gate.open()
    assert.deepEqual(await run.then(({exit, token}) => [exit, token]), [0, 'access-2'])
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  for (const life of ['valid', 'expired'] as const) {
    it(`row 65: the holder dies after it has sent, ${life} token: the true reason, and nothing is sent again`, async () => {
      const gate = new Gate()
      await using stage = await Stage.open(life, {answer: gate.answer})
      const run = stage.run()
      await gate.reached
      killHelper(stage, 'SIGKILL')
      const first = await run
      gate.open()
      const later = await stage.run()
      for (const {exit, problem} of life === 'valid' ? [] : [first, later]) {
        assert.deepEqual([exit, problem?.code], [4, 'AUTH_INTERRUPTED'])
        assert.equal(problem?.message, 'A refresh was interrupted and its answer is lost.')
        assert.match(problem.suggestions.join(' '), /auth login.*auth refresh --replay/)
      }

      if (life === 'valid') assert.deepEqual([first.token, later.token], ['access-1', 'access-1'])
      assert.deepEqual(stage.presented, ['refresh-1'])
      // A person may take the risk.
      const {refreshed} = await new AuthProvider().refresh(stage.request(), {replay: true})
      assert.ok(refreshed)
      assert.deepEqual(stage.presented, ['refresh-1', 'refresh-1'])
    })
  }

  it('row 23: a run whose process began before an uncertain answer is no later run, however late it comes to ask', async () => {
    await using stage = await Stage.open('expired', {answer: text(503, 'upstream connect error')})
    assert.equal((await stage.run()).exit, 75)
    stage.answer = rotate
    // As the program gets its provider: this process is older than that answer.
    const early = await identity({request: stage.request()})
    const {exit, problem} = await stage.run('default', early)
    assert.deepEqual([exit, problem?.code, stage.presented], [75, 'AUTH_UNAVAILABLE', ['refresh-1']])
    assert.equal((await stage.run()).token, 'access-2')
    assert.deepEqual(stage.presented, ['refresh-1', 'refresh-1'])
  })

  it('row 63: ten runs, and an issuer that is silent when it is first asked: one request, and all use the new token', async () => {
    const gate = new Gate()
    await using stage = await Stage.open('expired')
    stage.metadataHeld = gate.opened
    const runs = Promise.all(Array.from({length: 10}, () => stage.run()))
    // The helper gives it 15 s, and asks again.
    await until(() => stage.metadataAsked === 2)
    gate.open()
    assert.deepEqual(new Set((await runs).map(({exit, token}) => `${exit} ${token}`)), new Set(['0 access-2']))
    assert.deepEqual(stage.presented, ['refresh-1'])
  })

  it('row 66: old claims are in nobody’s way, and go with the next save; what was spent is remembered', async () => {
    await using stage = await Stage.open('expired')
    const {generation} = (await stage.store.head()) ?? assert.fail()
    const old = (digest: string) => ({...generation, sequence: '0', digest})
    const dayAgo = Date.now() - 25 * 3_600_000
    using ledger = await Ledger.open(stage.home.homeDir)
    ledger.claim(old('never sent'), 'pid 1 on nowhere', dayAgo)
    ledger.claim(old('young'), 'pid 1 on nowhere', Date.now())
    ledger.record(old('spent'), {phase: 'answered'}, dayAgo)
    ledger.record(old('long gone'), {phase: 'answered'}, 1)
    assert.equal((await stage.run()).token, 'access-2')
    // The helper sweeps after it has saved, and so after the run has its token.
    const left = () => ['never sent', 'young', 'spent', 'long gone'].filter((digest) => ledger.read(old(digest)))
    await until(() => left().length === 2)
    assert.deepEqual(left(), ['young', 'spent'])
  })

  it('row 67: another host holds the claim: waited for; when its lease is over, nothing is sent', async () => {
    await using stage = await Stage.open('expired')
    const {generation} = (await stage.store.head()) ?? assert.fail()
    const holder = 'pid 7 on build-7@0123456789ab'
    using ledger = await Ledger.open(stage.home.homeDir)
    ledger.claim(generation, holder, Date.now())
    const {renewal} = await renewInAHurry(stage)
    assert.ok(renewal.outcome === 'blocked')
    assert.equal(renewal.blocked.reason.exit, 75)
    assert.equal(renewal.blocked.reason.message, 'Another superset (pid 7 on build-7) is refreshing this session.')
    ledger.claim(generation, holder, Date.now() - 121_000)
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code], [4, 'AUTH_INTERRUPTED'])
    assert.deepEqual(stage.presented, [])
  })

  it('row 67: a container beside ours, and this host before its restart, are not other hosts', () => {
    const here = processName()
    const boot = here.split('@')[1] ?? ''
    assert.equal(isElsewhere(here), false)
    assert.equal(isElsewhere(`pid 7 on other@${boot}`), false)
    assert.equal(isElsewhere(`pid 7 on ${os.hostname()}@0123456789ab`), false)
    assert.equal(isElsewhere('pid 7 on other'), false)
    assert.equal(isElsewhere('pid 7 on other@0123456789ab'), boot !== '')
    assert.equal(nameOfHolder(here), `pid ${process.pid} on ${os.hostname()}`)
  })

  it('row 67b: a copied home: the token serves, nothing is presented, and who needs more is told why', async () => {
    await using stage = await Stage.open('valid')
    await becomeACopy(stage)
    const serving = await stage.run()
    assert.deepEqual([serving.exit, serving.token], [0, 'access-1'])
    assert.match(serving.told.join('\n'), /^These credentials are a copy of another machine's and would sign it out\./)
    assert.match(serving.told.join('\n'), /Your access ends \d{4}-.* Run `superset auth login`\.$/)
    await using expired = await Stage.open('expired')
    await becomeACopy(expired)
    const {exit, problem} = await expired.run()
    assert.deepEqual([exit, problem?.code], [4, 'AUTH_COPIED'])
    const {revocation} = await new AuthProvider().logout(expired.request())
    assert.equal(revocation, 'not-sent', 'revoking would sign the other machine out')
    assert.deepEqual([stage.presented, expired.presented, expired.revoked], [[], [], []])
  })

  it('row 67b: a copied home with plain text is known by the note beside it; the incumbent’s session has none', async () => {
    await using stage = await Stage.open('expired', {storage: 'file'})
    const note = indexFile(stage.home.place)
    const index = JSON.parse(await readFile(note, 'utf8')) as {machine?: string}
    assert.ok(index.machine, 'the machine is noted')
    await writeFile(note, JSON.stringify({...index, machine: 'another'}))
    const {exit, problem} = await stage.run()
    assert.deepEqual([exit, problem?.code], [4, 'AUTH_COPIED'])
    assert.deepEqual(stage.presented, [])
    // Another program has signed in since: its session may be this machine's.
    const file = plainFile(stage.home.place)
    const config = JSON.parse(await readFile(file, 'utf8')) as {auth: object}
    await writeFile(file, JSON.stringify({auth: {...config.auth, accessToken: 'theirs', refreshToken: 'refresh-7'}}))
    assert.equal((await stage.store.head())?.madeElsewhere, false)
  })

  it('row 67b: what a copy of plain text signs out stays signed in at the other machine', async () => {
    await using stage = await Stage.open('valid', {storage: 'file'})
    const note = indexFile(stage.home.place)
    await writeFile(note, JSON.stringify({...(JSON.parse(await readFile(note, 'utf8')) as object), machine: 'another'}))
    assert.equal((await stage.run()).token, 'access-1', 'the token serves')
    assert.equal((await new AuthProvider().logout(stage.request())).revocation, 'not-sent')
    assert.deepEqual([stage.presented, stage.revoked], [[], []])
  })
})

/** The record as it would be if this home had been copied from another machine. */
async function becomeACopy(stage: Stage): Promise<void> {
  const folder = sessionFolder(stage.home.homeDir, stage.store.sessionId)
  const [name = ''] = await readdir(folder)
  const file = `${folder}/${name}`
  const parsed = parseRecord(await readFile(file), stage.store.sessionId, 1)
  assert.ok(parsed.kind === 'sealed')
  const key = Buffer.from(stage.storageKey, 'hex')
  const payload = unseal(parsed, key)
  assert.ok(payload)
  await cp(file, `${file}.original`)
  await writeFile(file, seal({...payload, sessionId: stage.store.sessionId, sequence: 1, machine: 'another'}, key))
}
