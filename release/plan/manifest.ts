/** package.json of the repository, as far as packing knows it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly superset: {readonly update: {readonly host: string}}
  readonly [key: string]: unknown
}

export interface BuildConstants {
  readonly version: string
  readonly host: string
  /** Raw Ed25519, base64url. */
  readonly keys: readonly string[]
  readonly isTest: boolean
}

/** Only of use in the repository. */
const OURS_ALONE = ['devDependencies', 'files', 'prettier', 'scripts', 'workspaces']

/** package.json as it is installed: what only the repository needs is gone, what the build fixes is in. */
export function installedManifest(manifest: Manifest, {version, host, keys, isTest}: BuildConstants): Manifest {
  const kept = Object.entries({...manifest, version}).filter(([key]) => !OURS_ALONE.includes(key))
  const update = {...manifest.superset.update, host, keys}
  const superset = {...manifest.superset, update, ...(isTest && {test: true})}
  return {...(Object.fromEntries(kept) as typeof manifest), superset}
}

/** package.json for npm: our own packages come inside, what they need is brought by npm. */
export function npmManifest(installed: Manifest, bundled: readonly Manifest[]): Manifest {
  const names = bundled.map(({name}) => name)
  const needed = bundled.flatMap((one) => Object.entries(one.dependencies ?? {}))
  const outside = Object.fromEntries(needed.filter(([name]) => !names.includes(name)))
  const {private: _, ...open} = installed
  return {...open, dependencies: sorted({...outside, ...installed.dependencies}), bundleDependencies: names}
}

/** Of the repository's package.json and lock file: what `npm ci` needs to bring the dependencies of the CLI alone. */
export function stagedLock(
  manifest: Manifest,
  lock: Lock,
  workspaces: readonly string[],
): {manifest: object; lock: Lock} {
  const {name, version, license, dependencies, overrides} = manifest
  const own = {name, version, license, workspaces, dependencies, ...(overrides !== undefined && {overrides})}
  const others = Object.entries(lock.packages).filter(([place, {resolved, link}]) => {
    const home = link ? (resolved ?? '') : place
    return place !== '' && (!home.startsWith('packages/') || workspaces.some((one) => `${home}/`.startsWith(`${one}/`)))
  })
  return {manifest: own, lock: {...lock, packages: {'': own, ...Object.fromEntries(others)}}}
}

interface LockedPackage {
  readonly resolved?: string
  readonly link?: boolean
  readonly [key: string]: unknown
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
  readonly [key: string]: unknown
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
