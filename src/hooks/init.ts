import {type Config, type Hook, ModuleLoader} from '@oclif/core'
import {handOver, type SettingsChange} from '@superset/identity'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {Configuration} from '../configuration/configuration.ts'
import {readEnvironment, readHomeDir, takeSecrets} from '../env.ts'
import {toProblem} from '../failure.ts'
import {askProvider, type Asking, isShadowed, shadowed} from '../identity/ask.ts'
import {BUNDLED, chooseIdentity} from '../identity/choose.ts'
import {holdIdentity, type Sources} from '../identity/current.ts'
import {ensureSession} from '../identity/ensure.ts'
import {needOf} from '../identity/need.ts'
import {buildRequest, type Given, type GlobalFlags, profileInUse} from '../identity/request.ts'
import {currentPolicy} from '../policy/current.ts'
import {takeGlobalFlags} from '../profile-flag.ts'

/** Translates between oclif and the identity rules, no more. */
const hook: Hook.Init = async function ({argv, config, id}) {
  const command = id === undefined ? undefined : config.findCommand(id)
  const asking = askingThrough(config)
  if (command?.pluginName === BUNDLED && isShadowed(BUNDLED, asking)) throw shadowed(BUNDLED, config.bin)

  const flags = takeGlobalFlags(command, argv)
  const identity = holdIdentity(sourcesOf(flags, config, asking))
  handOver(config, identity)

  try {
    await ensureSession(needOf(command, argv), identity)
  } catch (error) {
    // oclif runs no `finally` hook after a refusal in `init`.
    await identity.settle()
    // oclif swallows what carries no `oclif.exit` and runs the command all the same; a Problem carries it.
    throw toProblem(error)
  }
}

function sourcesOf(flags: GlobalFlags, program: Given['program'], asking: Asking): Sources {
  return {
    profile() {
      const environment = readEnvironment()
      return profileInUse(flags, environment, () => new Configuration(environment.homeDir).global().profile)
    },
    choice(profile) {
      const {homeDir, identity: environment} = readEnvironment()
      const configuration = new Configuration(homeDir)
      const config = configuration.global().identity
      const settings = configuration.profile(profile)
      return chooseIdentity({
        policy: currentPolicy()?.identity?.plugin,
        environment,
        profile: settings.identity,
        config,
      })
    },
    request(profile) {
      const environment = readEnvironment()
      const configuration = new Configuration(environment.homeDir)
      const saved = {
        settings: configuration.profile(profile),
        remember: async (change: SettingsChange) => configuration.saveProfile(profile, change),
      }
      const terminal = {
        attended: Boolean(process.stdin.isTTY && process.stderr.isTTY),
        tell: (line: string) => void process.stderr.write(`${line}\n`),
      }
      return buildRequest({program, profile, environment, secrets: takeSecrets(), flags, saved, terminal})
    },
    ask: ({plugin}, request) => askProvider(plugin, request, asking),
    configured: () => new Configuration(readHomeDir()).profileNames(),
    at: (profile) => sourcesOf({...flags, profile}, program, asking),
  }
}

function askingThrough(config: Pick<Config, 'bin' | 'plugins'>): Asking {
  return {
    bin: config.bin,
    plugins: config.plugins,
    bundledRoot: () => path.dirname(fileURLToPath(import.meta.resolve(`${BUNDLED}/package.json`))),
    load(plugin, target) {
      const full = config.plugins.get(plugin.name)
      if (!full) throw new Error(`no plugin ${plugin.name}`)
      return ModuleLoader.load(full, path.join(plugin.root, target))
    },
  }
}

export default hook
