import type {Policy} from './policy.ts'
import {place} from './problems.ts'

/** A key, and what is decided there, if anything is. */
type PolicyDecision = readonly [key: string, rule: string | undefined]

/** What a policy decides about signing in, one sentence each, with file and key. */
export function decisions(policy: Policy): readonly string[] {
  const {identity, login, storage} = policy
  const said: readonly PolicyDecision[] = [
    [
      'identity.plugin',
      identity?.plugin &&
        `requires the identity plugin ${[identity.plugin, identity.version].filter(Boolean).join(' ')}`,
    ],
    ['login.issuer', login?.issuer && `requires the issuer ${login.issuer}`],
    ['login.clientId', login?.clientId && `requires the client id ${login.clientId}`],
    ['login.apiUrl', login?.apiUrl && `requires the API ${login.apiUrl}`],
    ['login.methods', login?.methods && `allows ${login.methods.join(', ')} only`],
    ['login.widerScope', login?.widerScope && 'refuses a session whose scope is wider than asked for'],
    ['storage.allowed', storage && `allows credentials in ${storage.allowed.join(', ')} only`],
  ]
  return sentences(said, policy)
}

/** The same for plugins. */
export function pluginDecisions(policy: Policy): readonly string[] {
  const {plugins} = policy
  if (!plugins) return []
  const {allowed, installScripts, minimumAgeDays, provenance, registries, signatures, unpublished} = plugins
  const names = allowed?.map(({name, version}) => (version === undefined ? name : `${name} ${version}`)).join(', ')
  const said: readonly PolicyDecision[] = [
    [
      'plugins.allowed',
      names === undefined ? undefined : `allows ${names === '' ? 'no plugins' : `the plugins ${names}`}`,
    ],
    ['plugins.registries', registries && `allows plugins from ${registries.join(', ')} only`],
    [
      'plugins.unpublished',
      unpublished === undefined
        ? undefined
        : `${unpublished ? 'allows' : 'forbids'} linked folders, tarballs and git addresses`,
    ],
    ['plugins.installScripts', installScripts ? 'allows install scripts' : 'forbids install scripts'],
    ['plugins.minimumAgeDays', minimumAgeDays ? `wants versions to be ${minimumAgeDays} days old` : undefined],
    ['plugins.signatures', signatures && 'requires packages that their registry has signed'],
    ['plugins.provenance', provenance && `requires plugins built from ${provenance.repositories.join(', ')}`],
  ]
  return sentences(said, policy)
}

/** The same for updates of the CLI itself. */
export function updateDecisions(policy: Policy): readonly string[] {
  const {auto, channel, enabled, host, minimum} = policy.update ?? {}
  const said: readonly PolicyDecision[] = [
    ['update.enabled', enabled === undefined ? undefined : `${enabled ? 'allows' : 'does not allow'} updates`],
    ['update.channel', channel && `allows releases of the channel ${channel} only`],
    ['update.host', host && `wants releases from ${host}`],
    ['update.auto', auto === undefined ? undefined : `${auto ? 'lets' : 'does not let'} superset update itself`],
    ['update.minimum', minimum && `lets no superset older than ${minimum} run`],
  ]
  return sentences(said, policy)
}

function sentences(said: readonly PolicyDecision[], policy: Policy): readonly string[] {
  return said.flatMap(([key, rule]) =>
    rule === undefined ? [] : [`Your organisation ${rule} (${place(policy, key)}).`],
  )
}
