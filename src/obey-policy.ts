import type {Command, Config} from '@oclif/core'
import type {IdentityProvider, IdentityRequest} from '@superset/identity'
import {overrideNpm} from './env.ts'
import {askProvider, type Asking} from './identity/ask.ts'
import type {Choice} from './identity/choose.ts'
import {asksForHelp} from './identity/need.ts'
import {printable} from './output/text.ts'
import {currentPolicy, policyProblem} from './policy/current.ts'
import type {Program} from './program.ts'

/** Without a policy that can be used; doctor says it in its own words. */
const STILL_WORK = new Set(['help', 'version'])

/** The program with what the policy of this machine lets a run have; every npm that it starts is told, too. */
export async function programUnderPolicy(program: Program): Promise<Program> {
  const problem = policyProblem()
  const policy = problem ? undefined : currentPolicy()
  if (!problem && !policy?.plugins && policy?.identity?.plugin === undefined) return program
  const {loadAllowedPlugins} = await import('./allowed-plugins.ts')
  if (policy?.plugins) overrideNpm((await import('./policy/plugin-rules.ts')).npmSettings(policy.plugins))
  const {plugins} = await loadAllowedPlugins(program, policy, (line) => {
    process.stderr.write(`${printable(line)}\n`)
  })
  return {...program, plugins}
}

type Host = Pick<Config, 'bin' | 'dataDir' | 'npmRegistry' | 'plugins'>

/**
 * Before anything of a command runs. A policy that cannot be used stops all but help, version and doctor, which say so.
 * @throws Problem POLICY_* (77, 78)
 */
export async function obeyPolicy(
  command: Command.Loadable | undefined,
  argv: readonly string[],
  host: Host,
): Promise<void> {
  const problem = policyProblem()
  if (problem && command?.id === 'doctor') return
  if (problem && command && !STILL_WORK.has(command.id) && !asksForHelp(argv)) throw problem
  if (problem) process.stderr.write(`${problem.message}\n`)
  const policy = problem ? undefined : currentPolicy()
  if (!policy?.plugins || command?.pluginName !== '@oclif/plugin-plugins') return
  const {restrictCommand} = await import('./plugin-install.ts')
  restrictCommand(command.id, argv, host, policy)
}

/** The chosen plugin, under the guard of the policy. @throws Problem POLICY_* (77, 78), as `askProvider` */
export async function askUnderPolicy(
  choice: Choice,
  request: IdentityRequest,
  asking: Asking,
): Promise<IdentityProvider> {
  const policy = currentPolicy()
  if (!policy) return askProvider(choice, request, asking)
  const {guardProvider} = await import('./policy/guard.ts')
  return guardProvider(await askProvider(choice, request, asking), policy)
}
