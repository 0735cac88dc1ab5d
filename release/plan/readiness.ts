import {Refusal} from './refusal.ts'
import {trustedRawKeys, type TrustedKeys} from './keys.ts'

/** `release/scope.json`: who owns the npm scope whose names the CLI trusts, and how that was seen. */
export interface ScopeRecord {
  readonly scope: string
  readonly owner: string | null
  readonly evidence: string | null
  readonly recordedOn: string | null
}

export interface ReadinessInput {
  readonly scope: ScopeRecord
  /** `release/keys.json`. */
  readonly keys: TrustedKeys
  /** Keys made for a test; the build is then marked, and trusts these alone. */
  readonly testKeys?: TrustedKeys | undefined
  /** Where releases are served; package.json's, if a test build names no other. */
  readonly host: string
  readonly testHost?: string | undefined
}

export interface Readiness {
  readonly host: string
  /** Raw Ed25519, base64url. */
  readonly keys: readonly string[]
  readonly isTest: boolean
}

/** @throws Refusal naming everything that is missing for a real release */
export function judgeReadiness({scope, keys, testKeys, host, testHost}: ReadinessInput): Readiness {
  if (testKeys) {
    const trusted = encode(testKeys)
    if (trusted.length === 0) throw new Refusal('The file of test keys holds no key.')
    return {host: testHost ?? host, keys: trusted, isTest: true}
  }

  const missing: string[] = []
  if (testHost !== undefined) missing.push('--host is for test builds: it goes with --test-keys')
  if (scope.owner === null || scope.evidence === null || scope.recordedOn === null)
    missing.push(`nobody has recorded who owns ${scope.scope} on the npm registry: fill release/scope.json`)
  const trusted = encode(keys)
  if (keys.current === null || trusted.length === 0)
    missing.push('there is no key to trust: `npm run release:keygen` makes one, release/keys.json names it')
  if (!host.startsWith('https://')) missing.push(`${host} is not https`)
  if (missing.length > 0) {
    const list = missing.map((one) => `  - ${one}`).join('\n')
    throw new Refusal(`This is no release yet:\n${list}\nTo try packing, make keys for it: --test-keys <file>.`)
  }

  return {host, keys: trusted, isTest: false}
}

function encode(keys: TrustedKeys): string[] {
  return trustedRawKeys(keys).map((raw) => raw.toString('base64url'))
}
