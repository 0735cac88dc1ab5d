import {Args} from '@oclif/core'
import {identityOf, type Need} from '@superset/identity'
import {pluginAccess} from '../../plugin-host/identity-plugins.ts'
import {saveChoice} from '../../plugin-host/identity-choice.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {authCommandsOf} from '../../identity/arrange.ts'
import {requireUsable} from '../../identity/survey.ts'
import {currentPolicy} from '../../policy/current.ts'
import {type IdentityUse as Choice, IdentityUseShape} from '../../own-shapes.ts'
import {checkChoosable} from '../../policy/pinned-identity.ts'

export default class IdentityUse extends SupersetCommand {
  static override output = () => IdentityUseShape
  static override aliases = ['auth:use']
  static override summary = 'Choose the plugin that signs people in and serves their sessions.'
  static override description = `It is asked first, and not chosen unless it is installed and answers well within ten seconds. What another plugin has stored stays where it is.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> @acme/superset-identity',
    '<%= config.bin %> <%= command.id %> @acme/superset-identity --profile work',
  ]
  static override baseFlags = choiceFlags
  static override identity: Need = 'none'
  static override args = {
    plugin: Args.string({description: 'Package name of an installed plugin.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<Choice> {
    const {args, flags} = await this.parse(IdentityUse)
    const name = args.plugin
    if (!/^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/.test(name))
      throw usage(`${JSON.stringify(name)} is not the package name of a plugin.`, [
        `\`${this.config.bin} identity list\` lists what is installed.`,
      ])
    checkChoosable(name, currentPolicy())
    await requireUsable(name, identityOf(this.config).request, pluginAccess(this.config))
    const {inForce = null, note} = saveChoice(name, flags.profile)
    const plugin = this.config.plugins.get(name)
    const ownCommands = plugin !== undefined && authCommandsOf(plugin).own
    const version = plugin?.version ?? null
    const whom = flags.profile === undefined ? 'every profile without a choice of its own' : `profile ${flags.profile}`
    await this.showDone(`Chosen for ${whom}: ${version === null ? name : `${name} ${version}`}.`, [{id: name}])
    if (ownCommands) this.tell('It brings its own auth commands: see `superset auth --help`.')
    if (note !== undefined) this.tell(note)
    return {
      plugin: name,
      version,
      profile: flags.profile ?? null,
      authCommands: ownCommands ? 'own' : 'bundled',
      inForce,
    }
  }
}
