import {EXIT, type Problem} from '@superset/identity'
import {isFromRegistry, leastAge, type RuleViolation, whyForbidden} from '../policy/plugin-rules.ts'
import type {PluginPolicy, Policy} from '../policy/policy.ts'
import {policyRefusal} from '../policy/problems.ts'
import {type ListedPlugin} from './plugin-list.ts'
import {type LockedPackage, lockedPlugin} from './lock.ts'
import {pluginProblem, tampered} from './problems.ts'
import type {PublishedVersion, Registry} from './registry.ts'
import {faultOfSignatures} from './signatures.ts'

export interface VerificationContext {
  /** All that npm is about to install. */
  readonly lock: readonly LockedPackage[]
  /** The user's plugins, as they will be listed. */
  readonly listed: readonly ListedPlugin[]
  /** Those that this run brings. */
  readonly brought: ReadonlySet<string>
  readonly policy: Policy | undefined
  readonly registry: () => Promise<Registry>
  readonly now: number
}

/** So many questions to a registry at a time. */
const AT_ONCE = 8

/**
 * The one gate. Whatever is brought by whichever command has been resolved to exact versions, and nothing of it has been
 * downloaded to stay, nor run. What passes is what npm then installs: by the integrity that was checked here.
 * @throws Problem PLUGIN_TAMPERED, POLICY_REFUSED (77), PLUGIN_*
 */
export async function verifyPackages(passing: VerificationContext): Promise<void> {
  const {brought, listed, lock, policy} = passing
  const plugins = policy?.plugins
  const installed = listed.filter(({type}) => type === 'user')
  for (const one of installed) checkPlugin(one, passing)
  for (const locked of lock) checkOrigin(locked, passing)
  // Without a policy only what was asked for by name is compared with what the registry says of it.
  const named = new Set(installed.filter(({name, url}) => url === undefined && brought.has(name)).map(({name}) => name))
  const compared = lock.filter((one) => isPublished(one) && (plugins || isOf(one, named)))
  const foreign = new Set(installed.flatMap(({name, url}) => (url === undefined ? [] : [`node_modules/${name}`])))
  const asked = compared.filter((one) => !foreign.has(one.place))
  if (asked.length === 0) return
  const registry = await passing.registry()
  await inTurns(asked, (locked) => checkPublished(locked, registry, passing))
}

/** The plugin itself: its exact version, known only now. */
function checkPlugin({name, url}: ListedPlugin, {brought, lock, policy}: VerificationContext): void {
  const locked = lockedPlugin(lock, name)
  if (!locked) throw pluginProblem('NOT_FOUND', `npm found no package ${name}.`)
  if (locked.name !== name && !locked.link) throw tampered(`What would be installed as ${name} is ${locked.name}.`)
  if (url === undefined && !isPublished(locked))
    throw tampered(`${name} would not come from a registry, but from ${locked.resolved ?? 'nowhere'}.`)
  if (!policy?.plugins) return
  const why = whyForbidden({name, version: locked.version, unpublished: url !== undefined}, policy.plugins)
  if (why) throw refusedByPolicy(why, policy, `It would be ${name} ${locked.version}.`, brought.has(name))
}

/** Everything, dependencies of dependencies too, is pinned to its contents. */
function checkOrigin(locked: LockedPackage, {policy}: VerificationContext): void {
  const {integrity, link, name, resolved, version} = locked
  if (policy?.plugins?.registries && !isFromRegistry(resolved ?? '', policy.plugins.registries)) {
    const rule = `allows plugins, with all that they depend on, from ${policy.plugins.registries.join(', ')} only`
    throw refusedByPolicy(
      {key: 'plugins.registries', rule},
      policy,
      `${name} ${version} is from ${resolved ?? 'nowhere'}.`,
    )
  }

  if (policy?.plugins && !isPublished(locked) && !(policy.plugins.unpublished ?? !policy.plugins.allowed)) {
    const rule = 'allows packages by name from a registry only'
    throw refusedByPolicy({key: 'plugins.unpublished', rule}, policy, `${name} is from ${resolved ?? 'nowhere'}.`)
  }

  // A git address ends in the id of a commit; a linked folder is the user's own.
  if (link || /^git\b.*#[\da-f]{40,64}$/.test(resolved ?? '')) return
  if (integrity === undefined || !/(?:^| )sha(?:512|384|256)-/.test(integrity))
    throw pluginProblem(
      'NO_INTEGRITY',
      `${name} ${version} has no integrity, so that nothing could prove what arrives.`,
      {
        exit: EXIT.denied,
      },
    )
}

async function checkPublished(
  locked: LockedPackage,
  registry: Registry,
  {listed, now, policy}: VerificationContext,
): Promise<void> {
  const {integrity, name, version} = locked
  const published = await registry.published(name, version)
  if (!sameContents(published.integrity, integrity))
    throw tampered(
      `The registry says of ${name} ${version} that it is ${published.integrity ?? 'nothing'}; npm was told ${integrity}.`,
    )
  const plugins = policy?.plugins
  if (!plugins) return
  const {signatures} = plugins
  const fault = signatures && faultOfSignatures(published, signatures.keys)
  if (fault !== undefined) {
    const rule = 'requires packages that their registry has signed'
    throw refusedByPolicy({key: 'plugins.signatures', rule}, policy, `${name} ${version}: ${fault}.`)
  }

  checkAge(published, plugins, policy, now)
  const isPlugin = listed.some((one) => one.name === name && locked.place === `node_modules/${name}`)
  if (plugins.provenance && isPlugin) {
    const {faultOfProvenance} = await import('./provenance.ts')
    const wrong = await faultOfProvenance(published, plugins.provenance, registry)
    const rule = 'requires plugins that prove where they were built'
    if (wrong !== undefined)
      throw refusedByPolicy({key: 'plugins.provenance', rule}, policy, `${name} ${version}: ${wrong}.`)
  }
}

/** npm keeps to the age when it chooses a version; what a lock says was never chosen. */
function checkAge({name, time, version}: PublishedVersion, plugins: PluginPolicy, policy: Policy, now: number): void {
  const least = leastAge(plugins)
  if (least === undefined) return
  const age = time === undefined ? Number.NaN : now - Date.parse(time)
  if (age >= least) return
  const rule = `wants versions to be ${plugins.minimumAgeDays} days old`
  const since = time === undefined ? 'the registry does not say when it was published' : `it was published ${time}`
  throw refusedByPolicy({key: 'plugins.minimumAgeDays', rule}, policy, `${name} ${version}: ${since}.`)
}

function isPublished({link, resolved}: LockedPackage): boolean {
  return !link && /^https?:/.test(resolved ?? '')
}

function isOf({place: where}: LockedPackage, names: ReadonlySet<string>): boolean {
  return names.has(where.slice('node_modules/'.length))
}

/** Both may name several digests; one of the strong ones in common decides. */
function sameContents(one = '', other = ''): boolean {
  const digests = (text: string) => text.split(/\s+/).filter((digest) => /^sha(?:512|384|256)-/.test(digest))
  const others = digests(other)
  return others.length > 0 && digests(one).length > 0 && others.every((digest) => digests(one).includes(digest))
}

function refusedByPolicy(why: RuleViolation, policy: Policy, what: string, isAsked = true): Problem {
  const next = isAsked
    ? '`superset doctor` for what is allowed'
    : '`superset plugins`, and uninstall what is not allowed'
  return policyRefusal({policy, ...why, what, suggestions: [`Run ${next}.`]})
}

/** A refusal ends it once the questions that are under way have their answers: none is left behind. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await work(next).catch((error: unknown) => {
        left.length = 0
        throw error
      })
    }
  }
  const workers = Array.from({length: Math.min(AT_ONCE, items.length)}, worker)
  const refused = (await Promise.allSettled(workers)).find(({status}) => status === 'rejected')
  if (refused?.status === 'rejected') throw refused.reason
}
