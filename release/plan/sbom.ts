import {createHash} from 'node:crypto'

/** The part of CycloneDX 1.5 that npm writes. */
export interface Sbom {
  readonly metadata: {readonly component: Component; readonly [key: string]: unknown}
  readonly components: readonly Component[]
  readonly dependencies: ReadonlyArray<{readonly ref: string; readonly dependsOn?: readonly string[]}>
  readonly [key: string]: unknown
}

export interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly [key: string]: unknown
}

export interface ShippedPackage {
  readonly version: string
  readonly platform: string
  /** `name@version` of every package inside. */
  readonly packages: ReadonlySet<string>
  readonly node: {readonly package: string; readonly version: string; readonly sha256: string}
  /** ISO 8601. */
  readonly createdAt: string
}

/**
 * npm's list of what it installed, narrowed to what is shipped, with Node itself, and the same for the same input: npm
 * writes the time, a random number and the name of the folder into it.
 */
export function shippedSbom(sbom: Sbom, {version, platform, packages, node, createdAt}: ShippedPackage): Sbom {
  const runtime: Component = {
    'bom-ref': `node@${node.version}`,
    type: 'platform',
    name: 'node',
    version: node.version,
    scope: 'required',
    purl: `pkg:npm/${node.package}@${node.version}`,
    hashes: [{alg: 'SHA-256', content: node.sha256}],
    licenses: [{license: {id: 'MIT'}}],
  }
  const inside = sbom.components
    .filter((one) => packages.has(one['bom-ref']))
    // Of our own packages npm gives the name of the folder.
    .map((one) => ({...one, name: one['bom-ref'].slice(0, one['bom-ref'].lastIndexOf('@'))}))
  const components = [...inside, runtime].toSorted((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1))
  const top: Component = {
    ...sbom.metadata.component,
    'bom-ref': `superset@${version}`,
    type: 'application',
    name: 'superset',
    version,
    purl: `pkg:generic/superset@${version}?platform=${platform}`,
    properties: [],
  }
  const old = sbom.metadata.component['bom-ref']
  const refs = new Set([top['bom-ref'], ...components.map((one) => one['bom-ref'])])
  const dependencies = sbom.dependencies
    .map(({ref, dependsOn = []}) => ({
      ref: ref === old ? top['bom-ref'] : ref,
      dependsOn: [...dependsOn.filter((one) => refs.has(one)), ...(ref === old ? [runtime['bom-ref']] : [])].toSorted(),
    }))
    .filter(({ref}) => refs.has(ref))
    .toSorted((one, other) => (one.ref < other.ref ? -1 : 1))
  const body = {
    ...sbom,
    metadata: {...sbom.metadata, timestamp: createdAt, component: top},
    components,
    dependencies,
  }
  return {...body, serialNumber: serialNumber(JSON.stringify({...body, serialNumber: undefined}))}
}

/** A UUID of version 8 (RFC 9562): the content's own. */
function serialNumber(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
