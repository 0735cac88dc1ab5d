import {EXIT_MEANINGS, isProblem} from '@superset/identity'
import assert from 'node:assert/strict'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import fc from 'fast-check'
import {ledgerFile} from '../../packages/plugin-auth/src/ledger/ledger-file.ts'
import {Ledger} from '../../packages/plugin-auth/src/ledger/ledger.ts'
import {storedCandidates} from '../../packages/plugin-auth/src/store/catalog.ts'
import {indexFile, plainFile, type Place} from '../../packages/plugin-auth/src/files/layout.ts'
import {plainProfiles, readPlain} from '../../packages/plugin-auth/src/store/plain/config-file.ts'
import {readIndex} from '../../packages/plugin-auth/src/store/profile-index/read.ts'
import {parseRecord, seal, unseal} from '../../packages/plugin-auth/src/store/sealed/record.ts'
import {bindingFor, DEFAULTS, newKeys, tokensFor} from '../../packages/plugin-auth/test/support/sessions.ts'
import type {TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {Configuration} from '../../src/configuration/configuration.ts'
import {checkGlobal, checkProfile} from '../../src/configuration/settings.ts'
import {target, type Target} from './campaign.ts'
import {damaged, hostileBytes, hostileWords} from './hostile.ts'

const PLAIN = {auth: {accessToken: 'at', refreshToken: 'rt', expiresAt: 1}, apiKey: 'k', organizationId: 'org'}
const INDEX = {
  ...{format: 1, sessionId: 'default-1', signInId: 's', storage: 'key', credential: 'oauth', createdAt: 1},
  ...{binding: bindingFor(), keyFingerprint: 'f', machine: 'm'},
}
const SETTINGS = {
  ...{issuer: 'https://id.test', clientId: 'c', apiUrl: 'https://api.test', webUrl: 'https://web.test', scope: 'a b'},
  ...{resource: 'r', audience: 'a', replayPolicy: {graceMs: 5}, scopeOnRefresh: true, authorizeParameters: {a: 'b'}},
  ...{
    redirectPorts: [1],
    redirectHost: 'localhost',
    redirectPath: '/cb',
    deviceHosts: ['h.test'],
    accountClaim: 'email',
  },
  ...{accessTokenSeconds: 60, identity: '@x/y', storage: 'key', plugins: {}},
}
const REASON = {code: 'AUTH_X', message: 'm', exit: 4, suggestions: ['s'], retryable: false}

/** What lies in a home. Nothing is overwritten by reading it. */
export async function storageTargets({homeDir, place}: TempHome): Promise<readonly Target[]> {
  const work: Place = {homeDir, profile: 'work'}
  const keys = newKeys()
  const configuration = new Configuration(homeDir)
  for (const file of [indexFile(place), ledgerFile(homeDir), configuration.profileFile('work')])
    await mkdir(join(file, '..'), {recursive: true, mode: 0o700})
  ;(await Ledger.open(homeDir))[Symbol.dispose]()
  const ledger = await readFile(ledgerFile(homeDir))
  const reading = (file: string, read: () => Promise<unknown>) => async (bytes: Buffer) => {
    await writeFile(file, bytes, {mode: 0o600})
    try {
      await read()
    } finally {
      assert.deepEqual(await readFile(file), bytes, 'what was read was changed')
      await writeFile(file, '{}')
    }
  }

  return [
    target(
      'config.json',
      hostileBytes(PLAIN),
      reading(plainFile(place), async () => {
        const found = await storedCandidates(place, keys, DEFAULTS)
        for (const {store} of found) await answered(store.head())
        await readPlain(place)
      }),
      4,
    ),
    target(
      'profiles.json',
      hostileBytes({profiles: {work: PLAIN, other: PLAIN}}),
      reading(plainFile(work), async () => {
        await answered(plainProfiles(homeDir))
        await readPlain(work)
      }),
      4,
    ),
    target(
      'the index of a profile',
      hostileBytes(INDEX),
      reading(indexFile(place), async () => {
        await answered(storedCandidates(place, keys, DEFAULTS))
        await readIndex(place)
      }),
      4,
    ),
    target(
      'settings',
      hostileBytes(SETTINGS),
      reading(configuration.profileFile('work'), async () => {
        const settings = configuration.profile('work')
        checkGlobal(settings as Record<string, unknown>, 'settings.json')
        checkProfile(settings as Record<string, unknown>, 'work.json')
      }),
      4,
    ),
    sealedRecord(),
    target(
      'the ledger',
      damaged(ledger),
      async (bytes) => {
        await writeFile(ledgerFile(homeDir), bytes)
        using found = await Ledger.look(homeDir)
        found?.read({sessionId: 's', sequence: '1', digest: 'd'})
        found?.lostAt()
      },
      10,
    ),
    target(
      'a row of the ledger',
      fc.tuple(hostileBytes(REASON), hostileWords),
      async ([reason, words]) => {
        await writeFile(ledgerFile(homeDir), ledger)
        insert(ledgerFile(homeDir), words, reason.toString('utf8'))
        using found = await Ledger.look(homeDir)
        const entry = found?.read({sessionId: 's', sequence: '1', digest: 'd'})
        assert.ok(entry)
        if (entry.reason) assert.ok(entry.reason.exit in EXIT_MEANINGS, `exit ${entry.reason.exit} is in no table`)
      },
      10,
    ),
  ]
}

/** No seal is opened that was altered. */
function sealedRecord(): Target {
  const key = Buffer.alloc(32, 7)
  const credential = {kind: 'oauth', tokens: tokensFor('1')} as const
  const record = seal({sessionId: 's', sequence: 1, machine: 'm', binding: bindingFor(), credential}, key)
  const header: unknown = JSON.parse(record.subarray(0, record.indexOf(10)).toString('utf8'))
  const body = record.subarray(record.indexOf(10))
  const other = hostileBytes(header).map((line) => Buffer.concat([line, body]))
  return target('a sealed record', fc.oneof(damaged(record), other), (bytes) => {
    const parsed = parseRecord(bytes, 's', 1)
    const opened = parsed.kind === 'sealed' ? unseal(parsed, key) : undefined
    assert.ok(opened === undefined || bytes.equals(record), 'an altered seal was opened')
  })
}

function insert(file: string, holder: string, reason: string): void {
  const database = new DatabaseSync(file)
  database.prepare("INSERT INTO generation VALUES ('d', ?, 1, 1, ?, 1, NULL, ?)").run(holder, holder, reason)
  database.close()
}

/** A Problem is an answer; the reading goes on. */
async function answered(reading: Promise<unknown>): Promise<void> {
  await reading.catch((error: unknown) => {
    if (!isProblem(error)) throw error
  })
}
