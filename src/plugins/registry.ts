import {isObject} from '@superset/identity'
import {createRequire} from 'node:module'
import path from 'node:path'
import {field, text} from './plugin-list.ts'
import {npmFault, steerNpm} from './npm-network.ts'
import {type NpmRun, npmRoot, readNpmSettings} from './npm-settings.ts'
import {npmProblem, pluginProblem} from './problems.ts'

/** What a registry says of one version of a package. */
export interface PublishedVersion {
  readonly name: string
  readonly version: string
  readonly integrity?: string
  readonly tarball?: string
  readonly signatures: ReadonlyArray<{readonly keyid: string; readonly sig: string}>
  /** Address of the bundles that attest to it. */
  readonly attestations?: string
  /** When it was published (ISO 8601), if the registry says. */
  readonly time?: string
}

export interface Registry {
  /** @throws Problem PLUGIN_* */
  published(name: string, version: string): Promise<PublishedVersion>
  /** @throws Problem PLUGIN_* */
  attestations(published: PublishedVersion): Promise<unknown>
}

/** A person waits for it. */
const SEARCH_MS = 15_000

/** The parts of npm's own libraries that are used here; npm has no types. */
interface Npm {
  readonly packument: (name: string, options: object) => Promise<unknown>
  readonly fetchJson: (address: string, options: object) => Promise<unknown>
  readonly pickRegistry: (name: string, options: object) => string
}

export interface RegistryAccess extends NpmRun {
  /** A copy of the environment, of which npm's settings are a part. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Asks with npm's own client, its settings, tokens, proxies and cache, as the installation itself does. */
export async function openRegistry({environment, ...run}: RegistryAccess): Promise<Registry> {
  const npm = loadNpm()
  const {options: given} = await readNpmSettings(run, environment)
  const options = {...given, fetchRetries: 1, retry: {retries: 1, minTimeout: 300, maxTimeout: 1000}}
  const asked = new Map<string, Promise<unknown>>()
  return {
    async published(name, version) {
      const known = asked.get(name) ?? npm.packument(name, {...options, fullMetadata: true, preferOnline: true})
      asked.set(name, known)
      return readPublished(await known.catch(failed), name, version)
    },
    async attestations({attestations = '', name}) {
      // From the registry that answers for the package, wherever its answer points to.
      const address = new URL(new URL(attestations).pathname, npm.pickRegistry(name, options)).href
      return npm.fetchJson(address, options).catch(failed)
    },
  }
}

/**
 * The registry's own search, asked as everything else is.
 * @returns packages as the registry describes them
 * @throws Problem PLUGIN_* (1, 75, 77, 78)
 */
export async function openSearch({
  environment,
  ...run
}: RegistryAccess): Promise<(words: readonly string[], limit: number) => Promise<readonly unknown[]>> {
  const {fetchJson} = loadNpm()
  const {options} = await readNpmSettings({fetchTimeoutMs: SEARCH_MS, ...run}, environment)
  // The request of libnpmsearch, without its parser of streams: there are at most 250 entries.
  return async (words, limit) => {
    const query = {text: words.join(' '), size: limit}
    const answer = await fetchJson('/-/v1/search', {...options, query, preferOnline: true}).catch(noSearch)
    const objects = field(answer, 'objects')
    return (Array.isArray(objects) ? objects : []).map((one) => field(one, 'package'))
  }
}

/** Not every registry can be searched; and that one has no such page is another thing than that it lacks a package. */
function noSearch(error: unknown): never {
  const {code} = error as {code?: unknown}
  if (code !== 'E404' && code !== 'E405' && code !== 'E501') return failed(error)
  throw pluginProblem('NO_SEARCH', 'The registry that is in force cannot be searched.', {
    suggestions: ['Install a plugin by its name: `superset plugins install <name>`.'],
    cause: error,
  })
}

function loadNpm(): Npm {
  const ofNpm = createRequire(path.join(npmRoot(), 'package.json'))
  steerNpm(ofNpm)
  const {packument} = ofNpm('pacote') as Pick<Npm, 'packument'>
  const fetch = ofNpm('npm-registry-fetch') as {json: Npm['fetchJson']; pickRegistry: Npm['pickRegistry']}
  return {packument, fetchJson: fetch.json, pickRegistry: fetch.pickRegistry}
}

function failed(error: unknown): never {
  const {code, message} = error as {code?: unknown; message?: unknown}
  throw npmFault(typeof code === 'string' ? code : 'unknown', String(message), {cause: error})
}

function readPublished(packument: unknown, name: string, version: string): PublishedVersion {
  const found = field(field(packument, 'versions'), version)
  // A registry could show one package's entry under the name of another.
  if (text(found, 'name') !== name || text(found, 'version') !== version)
    throw npmProblem('ETARGET', `${name}@${version} is not in the registry (any more).`)
  const dist = field(found, 'dist')
  const signatures = field(dist, 'signatures')
  const integrity = text(dist, 'integrity')
  const tarball = text(dist, 'tarball')
  const attestations = text(field(dist, 'attestations'), 'url')
  const time = text(field(packument, 'time'), version)
  return {
    ...{name, version},
    signatures: (Array.isArray(signatures) ? signatures : []).flatMap((one: unknown) => {
      const [keyid, sig] = [text(one, 'keyid'), text(one, 'sig')]
      return isObject(one) && keyid !== undefined && sig !== undefined ? [{keyid, sig}] : []
    }),
    ...(integrity !== undefined && {integrity}),
    ...(tarball !== undefined && {tarball}),
    ...(attestations !== undefined && {attestations}),
    ...(time !== undefined && {time}),
  }
}
