import type {Lock} from './manifest.ts'

/** What a package brings and never uses here: the CLI puts something in its place (`src/update/stand-ins.ts`, the gate for plugins). */
export const STOOD_IN: Readonly<Record<string, readonly string[]>> = {
  '@oclif/plugin-plugins': ['yarn'],
  '@oclif/plugin-update': ['@oclif/table', 'filesize', 'got', 'proxy-agent', 'tar-fs'],
}

const MODULES = 'node_modules/'

/** The places in a lock file, such as `node_modules/got`, of packages that nothing which is used leads to. */
export function unusedPackages({packages}: Lock): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = Object.keys(packages).filter((place) => !place.includes(MODULES))
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (reached.has(place)) continue
    reached.add(place)
    const left = STOOD_IN[nameAt(place)] ?? []
    const needed = ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
      Object.keys(packages[place]?.[kind] ?? {}),
    )
    for (const name of needed.filter((one) => !left.includes(one))) waiting.push(...placesOf(name, place, packages))
  }

  return new Set(Object.keys(packages).filter((place) => !reached.has(place)))
}

/** As Node looks for a package: beside, then in each folder above. */
function placesOf(name: string, from: string, packages: Lock['packages']): string[] {
  for (let folder = from; ; folder = above(folder)) {
    const place = `${folder === '' ? '' : `${folder}/`}${MODULES}${name}`
    if (packages[place]) return [place]
    if (folder === '') return []
  }
}

function above(folder: string): string {
  const end = folder.lastIndexOf(`/${MODULES}`)
  return end === -1 ? '' : folder.slice(0, end)
}

function nameAt(place: string): string {
  return place.slice(place.lastIndexOf(MODULES) + MODULES.length)
}
