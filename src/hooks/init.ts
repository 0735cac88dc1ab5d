import type {Command, Config, Hook, Interfaces} from '@oclif/core'
import {handOver, printable, type SettingsChange, writeText} from '@superset/identity'
import {pluginAccess} from '../plugin-host/identity-plugins.ts'
import {choiceFor} from '../plugin-host/identity-choice.ts'
import {Configuration} from '../configuration/configuration.ts'
import {readEnvironment, readHomeDir, takeSecrets} from '../env.ts'
import {toProblem} from '../cli/errors.ts'
import {showWaits} from '../cli/progress.ts'
import type {PluginAccess} from '../identity/ask.ts'
import {BUNDLED} from '../identity/choose.ts'
import {holdIdentity, type Sources} from '../identity/current.ts'
import {ensureSession} from '../identity/ensure.ts'
import {needOf} from '../identity/need.ts'
import {buildRequest, type RequestSources, type GlobalFlags, profileInUse} from '../identity/request.ts'
import {findShadow, shadowed} from '../identity/shadow.ts'
import {askUnderPolicy, enforcePolicy} from '../plugin-host/enforce-policy.ts'
import {constrainRequest} from '../policy/constrain.ts'
import {currentPolicy} from '../policy/current.ts'
import type {SupersetCommand} from '../cli/command.ts'
import {takeGlobalFlags, takeVerbose} from '../cli/command-line.ts'
import {currentRun} from '../cli/current-run.ts'
import {runInitHooks} from '../plugin-host/third-party-hooks.ts'

/** Translates between oclif and the identity rules, no more. */
const hook: Hook.Init = async function ({argv, config, id}) {
  const {line} = currentRun
  showWaits(line.mode)
  const command = id === undefined ? undefined : config.findCommand(id)
  currentRun.command = command
  await enforcePolicy(command, line, config).catch(stop)
  const asking = pluginAccess(config)
  const shadow = command?.pluginName === BUNDLED ? findShadow(BUNDLED, config.plugins, asking.bundledRoot) : undefined
  if (shadow) throw shadowed(shadow, config.bin)

  const flags = takeGlobalFlags(line, command, argv)
  if (takeVerbose(command, argv)) currentRun.showRequests()
  currentRun.profile = flags.profile
  const identity = holdIdentity(sourcesOf(flags, config, asking))
  handOver(config, identity)

  try {
    const need = needOf(command, line.help)
    if (need === 'required' && command) await checkLine(command, argv, config, line.mode === 'human')
    await runInitHooks(config, {id, argv})
    await ensureSession(need, identity)
  } catch (error) {
    // oclif runs no `finally` hook after a refusal in `init`.
    await identity.settle()
    stop(error)
  }
}

/** What is wrong with the line itself comes before anybody is signed in. Only commands of ours have a way to say it. */
async function checkLine(
  command: Command.Loadable,
  argv: string[],
  config: Interfaces.Config,
  isHuman: boolean,
): Promise<void> {
  if (command.pluginName !== config.name) return
  const class_ = (await command.load()) as Partial<Pick<typeof SupersetCommand, 'checkLine'>>
  const isAttended = isHuman && Boolean(process.stdin.isTTY && process.stderr.isTTY)
  await class_.checkLine?.(argv, config as Config, isAttended)
}

/** oclif swallows what carries no `oclif.exit` and runs the command all the same; a Problem carries it. */
function stop(error: unknown): never {
  throw toProblem(error)
}

function sourcesOf(flags: GlobalFlags, program: RequestSources['program'], asking: PluginAccess): Sources {
  return {
    profile() {
      const environment = readEnvironment()
      return profileInUse(flags, environment, () => new Configuration(environment.homeDir).global().profile)
    },
    choice: (profile) => choiceFor({profile}),
    request(profile) {
      const environment = readEnvironment()
      const configuration = new Configuration(environment.homeDir)
      const saved = {
        settings: configuration.profile(profile),
        remember: async (change: SettingsChange) => configuration.saveProfile(profile, change),
      }
      const terminal = {
        attended: Boolean(process.stdin.isTTY && process.stderr.isTTY),
        tell: (line: string) => void writeText(process.stderr, printable(line)),
      }
      const secrets = takeSecrets(undefined, saved.settings.workload?.from)
      const given = {program, profile, environment, secrets, flags, saved, terminal}
      return constrainRequest(buildRequest(given), currentPolicy())
    },
    ask: (choice, request) => askUnderPolicy(choice, request, asking),
    configured: () => new Configuration(readHomeDir()).profileNames(),
    at: (profile) => sourcesOf({...flags, profile}, program, asking),
  }
}

export default hook
