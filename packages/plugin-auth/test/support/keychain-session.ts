/**
 * One step of a session whose key is in the keychain, in a process of its own:
 * `node keychain-session.ts sign-in|read|save|head|forget|wait <home>`. Prints `{result}` or `{problem}`.
 */
import {isProblem} from '@superset/identity'

import {storedCandidates} from '../../src/store/catalog.ts'
import {commit} from '../../src/store/commit.ts'
import {probe} from '../../src/store/probe.ts'
import type {KeySource} from '../../src/store/sealed/session-key.ts'
import {bindingFor, DEFAULTS, tokensFor} from './sessions.ts'

const [, , verb, homeDir = ''] = process.argv
const place = {homeDir, profile: 'default'}
const told: string[] = []
const cancel = new AbortController()
const keys: KeySource =
  verb === 'wait'
    ? {
        kind: 'keychain',
        patience: {
          signal: cancel.signal,
          tell(line) {
            told.push(line)
            cancel.abort(new Error('cancelled by Ctrl-C'))
          },
        },
      }
    : {kind: 'keychain'}

async function run(): Promise<unknown> {
  if (verb === 'sign-in') {
    await probe('keychain', place, keys)
    const store = await commit(place, 'keychain', bindingFor(), {kind: 'oauth', tokens: tokensFor('1')}, keys)
    return store.sessionId
  }

  const [candidate] = await storedCandidates(place, keys, DEFAULTS)
  if (candidate === undefined) return 'signed out'
  const {store} = candidate
  if (verb === 'head') return (await store.head())?.generation.sequence
  if (verb === 'forget') return (await store.forget())?.credential ?? 'forgotten unread'
  if (verb !== 'save') return (await store.read())?.credential
  await using _ = await store.preflight()
  const stored = await store.read()
  if (stored === undefined) return 'signed out'
  return await store.save(stored.generation, tokensFor('2'))
}

const answer = await run().then(
  (result) => ({result}),
  (error: unknown) => ({problem: isProblem(error) ? error : {message: (error as Error).message}}),
)
process.stdout.write(`${JSON.stringify({...answer, told})}\n`, () => process.exit('problem' in answer ? 74 : 0))
