import type {Command, Config} from '@oclif/core'
import {type IdentityProvider, type IdentityRequest, printable, writeText} from '@superset/identity'
import type {CommandLine} from '../cli/command-line.ts'
import {overrideNpm, readFolder} from '../env.ts'
import {existsSync} from 'node:fs'
import path from 'node:path'
import {askProvider, type PluginAccess} from '../identity/ask.ts'
import type {Choice} from '../identity/choose.ts'
import {currentPolicy, policyProblem} from '../policy/current.ts'
import type {Program} from './arrange-program.ts'
import {loadBundled} from './load-bundled.ts'

/** Without a policy that can be used; doctor says it in its own words. */
const STILL_WORK = new Set(['help', 'policy:check', 'version'])
/** Below the version that the policy demands: what says so, and what leads out of it. */
const WORK_WHEN_OLD = new Set([...STILL_WORK, 'doctor', 'update'])

/**
 * The program with those of the user's plugins that the policy of this machine allows; every npm that it starts is told, too.
 * @param lineFor the line of this run, once it is known which commands there are
 */
export async function programUnderPolicy(
  lineFor: (plugins: Plugins) => CommandLine,
  program: Program,
): Promise<Program & {readonly plugins: Plugins}> {
  const problem = policyProblem()
  const policy = problem ? undefined : currentPolicy()
  if (policy?.plugins) overrideNpm((await import('../policy/plugin-rules.ts')).npmSettings(policy.plugins))
  // Nothing of a user's is loaded beside a policy that cannot be understood; the commands say why.
  const bundled = await loadBundled(program)
  const alone = {...program, userPlugins: false, plugins: bundled}
  if (problem || !existsSync(path.join(readFolder('data'), 'package.json'))) {
    lineFor(bundled)
    return alone
  }

  const {loadPlugins} = await import('./load-plugins.ts')
  const {holdHooks} = await import('./third-party-hooks.ts')
  const tell = (text: string): void => void writeText(process.stderr, printable(text))
  const plugins = await loadPlugins(bundled, {bin: program.pjson?.oclif.bin ?? 'superset', policy, tell})
  holdHooks(plugins, lineFor(plugins))
  return {...alone, plugins}
}

type Plugins = NonNullable<Program['plugins']>
type Host = Pick<Config, 'bin' | 'dataDir' | 'npmRegistry' | 'plugins' | 'version'>

/**
 * Before anything of a command runs. A policy that cannot be used stops all but help, version, doctor and `policy check`, which say so.
 * @throws Problem POLICY_* (77, 78)
 */
export async function enforcePolicy(
  command: Command.Loadable | undefined,
  {help, words}: CommandLine,
  host: Host,
): Promise<void> {
  const problem = policyProblem()
  if (problem && command?.id === 'doctor') return
  if (problem && command && !STILL_WORK.has(command.id) && !help) throw problem
  if (problem) writeText(process.stderr, printable(problem.message))
  const policy = problem ? undefined : currentPolicy()
  if (policy?.update?.minimum !== undefined && command && !WORK_WHEN_OLD.has(command.id) && !help)
    (await import('../policy/minimum-version.ts')).demandMinimum(host.version, policy)
  if (!policy?.plugins || !command?.id.startsWith('plugins:')) return
  const {enforceCommandPolicy} = await import('../plugins/enforce-policy.ts')
  enforceCommandPolicy(command.id, words, host, policy)
}

/** The chosen plugin, under the guard of the policy. @throws Problem POLICY_* (77, 78), as `askProvider` */
export async function askUnderPolicy(
  choice: Choice,
  request: IdentityRequest,
  asking: PluginAccess,
): Promise<IdentityProvider> {
  const policy = currentPolicy()
  if (!policy) return askProvider(choice, request, asking)
  const {guardProvider} = await import('../policy/guard.ts')
  return guardProvider(await askProvider(choice, request, asking), policy)
}
