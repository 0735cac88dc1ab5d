import {type Config, type Hook, ModuleLoader} from '@oclif/core'
import {handOver, type SettingsChange} from '@superset/identity'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {Configuration} from '../configuration/configuration.ts'
import {readEnvironment, takeSecrets} from '../env.ts'
import {toProblem} from '../failure.ts'
import {askProvider, type Asking, isShadowed, shadowed} from '../identity/ask.ts'
import {BUNDLED, chooseIdentity} from '../identity/choose.ts'
import {holdIdentity} from '../identity/current.ts'
import {ensureSession} from '../identity/ensure.ts'
import {needOf} from '../identity/need.ts'
import {buildRequest, globalFlags, profileInUse} from '../identity/request.ts'
import {currentPolicy} from '../policy/current.ts'

/** Translates between oclif and the identity rules, no more. */
const hook: Hook.Init = async function ({argv, config, id}) {
  const command = id === undefined ? undefined : config.findCommand(id)
  const asking = askingThrough(config)
  if (command?.pluginName === BUNDLED && isShadowed(BUNDLED, asking)) throw shadowed(BUNDLED, config.bin)

  const flags = globalFlags(command, argv)
  const identity = holdIdentity({
    choice() {
      const environment = readEnvironment()
      const configuration = new Configuration(environment.homeDir)
      const {identity: configured, profile} = configuration.global()
      const settings = configuration.profile(profileInUse(flags, environment, profile))
      const policy = currentPolicy()?.identity?.plugin
      return chooseIdentity({policy, environment: environment.identity, profile: settings.identity, config: configured})
    },
    request() {
      const environment = readEnvironment()
      const configuration = new Configuration(environment.homeDir)
      const profile = profileInUse(flags, environment, configuration.global().profile)
      const saved = {
        settings: configuration.profile(profile),
        remember: async (change: SettingsChange) => configuration.saveProfile(profile, change),
      }
      const terminal = {
        attended: Boolean(process.stdin.isTTY && process.stderr.isTTY),
        tell: (line: string) => void process.stderr.write(`${line}\n`),
      }
      return buildRequest({program: config, profile, environment, secrets: takeSecrets(), flags, saved, terminal})
    },
    ask: ({plugin}, request) => askProvider(plugin, request, asking),
  })
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
