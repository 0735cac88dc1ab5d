import {isProblem, type Check} from '@superset/identity'
import {giveBack, leftByRoot, refuseForeignHome, userName} from '@superset/identity/home'
import {dirname} from 'node:path'

import {storedCandidates, type StoredCandidate} from './catalog.ts'
import {proveModes} from '../files/durable-write.ts'
import {inspectFiles, type FileFault} from '../files/inspect.ts'
import type {Place} from '../files/layout.ts'
import type {Defaults} from './plain/binding.ts'
import {probe} from './probe.ts'
import {octal} from './repair.ts'
import type {KeySource} from './sealed/session-key.ts'
import type {SealedHead} from './sealed/store.ts'

/** What `doctor` says of storage: files, what is stored, and whether it opens. May ask the keychain. */
export async function diagnoseStorage(place: Place, keys: KeySource, defaults: Defaults): Promise<readonly Check[]> {
  const checks = [await check('storage: files', () => checkFiles(place))]
  const found: StoredCandidate[] = []
  checks.push(
    await check('storage: stored credentials', async () => {
      found.push(...(await storedCandidates(place, keys, defaults)))
      return found.length === 0 ? 'none' : found.map(({store}) => `${store.storage} (${store.place})`).join(', ')
    }),
  )
  for (const {store} of found) {
    checks.push(
      // Where nothing can be read, it is not known in which of the storages it is.
      await check(`storage: ${isProblem(store.broken) ? 'session' : store.storage}`, async () => {
        const head = (await store.head()) as SealedHead | undefined
        await store.read()
        if (head?.keptIn !== undefined) throw keptElsewhere(head.keptIn)
        return head === undefined ? 'signed out' : 'opens'
      }),
    )
  }

  if (found.length > 0) checks.push(await check('storage: writable', () => proveWritable(place, keys)))
  const isUsed = found.some(({store}) => store.storage === 'keychain')
  if (keys.kind === 'keychain') checks.push(await checkKeychain(keys, isUsed || found.length === 0))
  return checks
}

async function proveWritable(place: Place, keys: KeySource): Promise<string> {
  await probe('file', place, keys)
  return place.homeDir
}

/** A round trip. Where nothing is kept in it nothing is wrong yet, but a sign-in would have to choose. */
async function checkKeychain(keys: Extract<KeySource, {kind: 'keychain'}>, matters: boolean): Promise<Check> {
  const name = 'keychain'
  if (!matters) return {name, outcome: 'skip', message: 'Nothing is kept in it.'}
  const {probeKeychain} = await import('../keychain/session-entry.ts')
  const result = await check(name, async () => {
    await probeKeychain(keys.patience)
    return 'It keeps what it is given, and gives it back.'
  })
  return result.outcome === 'fail' ? {...result, outcome: 'warn'} : result
}

/** A check that passes with what `run` says, and fails with what it throws. */
export async function check(name: string, run: () => Promise<string>): Promise<Check> {
  try {
    return {name, outcome: 'pass', message: await run()}
  } catch (error) {
    if (isProblem(error)) return {name, outcome: 'fail', message: error.message, suggestions: error.suggestions}
    if (error instanceof DiagnosisProblem)
      return {name, outcome: 'fail', message: error.message, suggestions: error.suggestions}
    return {name, outcome: 'fail', message: String(error)}
  }
}

/** A failed check that is no Problem by itself. */
export class DiagnosisProblem extends Error {
  readonly suggestions: readonly string[]

  constructor(message: string, suggestions: readonly string[]) {
    super(message)
    this.name = 'Finding'
    this.suggestions = suggestions
  }
}

async function checkFiles(place: Place): Promise<string> {
  const faults = await inspectFiles(place.homeDir)
  if (faults.length === 0) return 'private to you'
  if (faults.some(({kind}) => kind === 'foreign')) refuseForeignHome(place.homeDir)
  throw new DiagnosisProblem(faults.map((fault) => describe(fault)).join('; '), [...(await mendingOf(faults))])
}

function describe({path, kind, mode, uid}: FileFault): string {
  if (kind === 'link') return `${path} is a symbolic link`
  if (kind === 'foreign') return `${path} belongs to ${userName(uid)}`
  return `${path} is ${mode & 0o077 ? 'open to others' : 'closed to you'} (${octal(mode)})`
}

async function mendingOf(faults: readonly FileFault[]): Promise<ReadonlySet<string>> {
  const advice = new Set<string>()
  for (const {kind, path} of faults) {
    if (kind === 'link') advice.add('Move the links away, or put the files themselves in their place.')
    else if (kind === 'mode') advice.add((await whyModesStay(path)) ?? 'Run `superset doctor --fix`.')
    else for (const one of leftByRoot(path)?.suggestions ?? [`Run \`${giveBack(path)}\`.`]) advice.add(one)
  }

  return advice
}

/** Where the file system has no modes, `doctor --fix` changes none (row 109). */
async function whyModesStay(path: string): Promise<string | undefined> {
  try {
    await proveModes(dirname(path))
    return undefined
  } catch (error) {
    return isProblem(error) ? `${error.message} ${error.suggestions.join(' ')}` : undefined
  }
}

function keptElsewhere(folder: string): DiagnosisProblem {
  return new DiagnosisProblem(`the last refresh could not be saved at home; it is kept in ${folder}`, [
    'Make the home folder writable, then run `superset doctor --fix`.',
  ])
}
