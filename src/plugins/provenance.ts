import {isObject} from '@superset/identity'
import {bundleFromJSON} from '@sigstore/bundle'
import {TrustedRoot} from '@sigstore/protobuf-specs'
import {type Signer, toSignedEntity, toTrustMaterial, Verifier} from '@sigstore/verify'
import {readFileSync} from 'node:fs'
import type {ProvenancePolicy} from '../policy/policy.ts'
import {field, text} from './plugin-list.ts'
import {pluginProblem} from './problems.ts'
import type {PublishedVersion, Registry} from './registry.ts'

const SLSA = 'https://slsa.dev/provenance/v1'
const GITHUB = 'https://token.actions.githubusercontent.com'
/** Fulcio's extension "Source Repository URI". */
const SOURCE_REPOSITORY = '1.3.6.1.4.1.57264.1.12'
const UTF8_STRING = 0x0c

/**
 * Why a plugin does not prove where it was built; `undefined`: it does. One bundle of SLSA provenance must be signed,
 * with a certificate and a log entry under the trusted root of the policy, by a workflow of an allowed repository; and
 * it must be about this package, this version and these contents. Nothing is fetched but the bundles.
 */
export async function faultOfProvenance(
  published: PublishedVersion,
  policy: ProvenancePolicy,
  registry: Pick<Registry, 'attestations'>,
): Promise<string | undefined> {
  if (published.attestations === undefined) return 'it comes without provenance'
  const answer = await registry.attestations(published)
  const attestations = field(answer, 'attestations')
  const found = (Array.isArray(attestations) ? attestations : []).filter(
    (one: unknown) => text(one, 'predicateType') === SLSA,
  )
  if (found.length === 0) return 'it comes without provenance'
  const verifier = verifierFor(policy)
  const faults = found.map((one: unknown) => faultOfBundle(field(one, 'bundle'), published, policy, verifier))
  return faults.includes(undefined) ? undefined : faults[0]
}

function verifierFor({trustRoot}: ProvenancePolicy): Verifier {
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(trustRoot, 'utf8')))
    return new Verifier(toTrustMaterial(root))
  } catch (error) {
    throw pluginProblem('TRUST_ROOT', `${trustRoot}, which the policy names, is not a trusted root.`, {
      exit: 78,
      cause: error,
    })
  }
}

function faultOfBundle(
  bundle: unknown,
  published: PublishedVersion,
  policy: ProvenancePolicy,
  verifier: Verifier,
): string | undefined {
  let signer: Signer
  let statement: unknown
  try {
    const parsed = bundleFromJSON(bundle)
    if (parsed.content.$case !== 'dsseEnvelope') return 'its provenance is not a statement'
    // A key without a certificate says nothing of who signed.
    signer = verifier.verify(toSignedEntity(parsed), {extensions: {issuer: policy.issuer ?? GITHUB}})
    statement = JSON.parse(parsed.content.dsseEnvelope.payload.toString('utf8'))
  } catch (error) {
    return `its provenance does not hold (${error instanceof Error ? error.message : String(error)})`
  }

  return faultOfSubject(statement, published) ?? faultOfSource(statement, signer, policy)
}

/** In the order of npm's own statements there is one subject; each must be this package all the same. */
function faultOfSubject(statement: unknown, {integrity = '', name, version}: PublishedVersion): string | undefined {
  const subjects = field(statement, 'subject')
  const wanted = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`
  const digest = /(?:^|\s)sha512-(\S+)/.exec(integrity)?.[1]
  const hex = digest === undefined ? undefined : Buffer.from(digest, 'base64').toString('hex')
  const all: readonly unknown[] = Array.isArray(subjects) ? subjects : []
  if (all.length === 0 || !all.every((one) => text(one, 'name') === wanted))
    return 'its provenance is of another package'
  if (hex === undefined || !all.every((one) => text(field(one, 'digest'), 'sha512') === hex))
    return 'its provenance is of other contents'
  return undefined
}

/** The statement is the signer's own words; the certificate says who that is. Both must name the same repository. */
function faultOfSource(
  statement: unknown,
  signer: Signer,
  {builders, repositories}: ProvenancePolicy,
): string | undefined {
  if (text(statement, 'predicateType') !== SLSA) return 'its provenance is no SLSA provenance'
  const predicate = field(statement, 'predicate')
  const parameters = field(field(predicate, 'buildDefinition'), 'externalParameters')
  const workflow = field(parameters, 'workflow')
  const said = isObject(workflow) ? text(workflow, 'repository') : undefined
  const certified = sourceOf(signer)
  if (said === undefined || certified === undefined || plain(said) !== plain(certified))
    return `its provenance names the source ${said ?? '(none)'}, and its certificate ${certified ?? '(none)'}`
  if (!repositories.some((allowed) => isWithin(plain(certified), allowed))) return `it was built from ${certified}`
  const builder = text(field(field(predicate, 'runDetails'), 'builder'), 'id')
  if (builders && !builders.includes(builder ?? '')) return `it was built by ${builder ?? 'an unknown builder'}`
  return undefined
}

function sourceOf({identity}: Signer): string | undefined {
  const value = identity?.oids?.find(({oid}) => oid?.id.join('.') === SOURCE_REPOSITORY)?.value
  if (value?.[0] !== UTF8_STRING) return undefined
  const [, length = 0] = value
  // DER: up to 127 bytes the length is one byte; beyond, the next ones hold it.
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f)
  return value.subarray(start).toString('utf8')
}

function isWithin(repository: string, allowed: string): boolean {
  return allowed.endsWith('/*') ? repository.startsWith(plain(allowed.slice(0, -1))) : repository === plain(allowed)
}

function plain(address: string): string {
  return address
    .replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .toLowerCase()
}
