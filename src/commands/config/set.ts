import {Args} from '@oclif/core'
import {EXIT, identityOf, isProblem, type Need, Problem} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {closest, didYouMean} from '../../closest.ts'
import {usage} from '../../cli/errors.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {configuration} from '../../cli/home.ts'
import {checkKnown} from '../../cli/known-profile.ts'
import {fileOf, namedSetting, ownerOf, winningVariable} from '../../cli/setting.ts'
import {changeSetting, choicesOf, parseValue, type SettingPath} from '../../configuration/keys.ts'
import {faultIn} from '../../configuration/settings.ts'
import {requireUsable} from '../../identity/survey.ts'
import {fieldText} from '../../output/cell.ts'
import {type SavedSetting, SettingShape} from '../../own-shapes.ts'
import {pluginAccess} from '../../plugin-host/identity-plugins.ts'
import {checkMethod, checkPin, checkStorage} from '../../policy/constrain.ts'
import {currentPolicy} from '../../policy/current.ts'
import {checkChoosable} from '../../policy/pinned-identity.ts'

export default class ConfigSet extends SupersetCommand {
  static override output = () => SettingShape
  static override summary = 'Save a setting.'
  static override description =
    'Of the profile in use, or for all profiles. What is not valid, or what the policy of this machine decides otherwise, is refused, and nothing is changed. A list or an object is written as JSON.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> apiUrl https://superset.example.com',
    {
      description: 'Something inside of a setting, for one profile',
      command: '<%= config.bin %> <%= command.id %> authorizeParameters.domain_hint example.com --profile work',
    },
  ]
  static override baseFlags = choiceFlags
  static override args = {
    key: Args.string({description: 'Name of the setting.', required: true, ignoreStdin: true}),
    value: Args.string({description: 'What it is to be.', required: true, ignoreStdin: true}),
  }
  static override identity: Need = 'none'

  async run(): Promise<SavedSetting> {
    const {args, flags} = await this.parse(ConfigSet)
    const identity = identityOf(this.config)
    const named = namedSetting(args.key, flags.profile, identity)
    const value = parseValue(args.value, named)
    const saved = configuration()
    demandValid(named, changeSetting(saved.values(named.profile), named, value), args.value)
    await this.check(named.setting.key, value, named.profile)
    saved.edit(named.profile, (before) => changeSetting(before, named, value))
    await this.showDone(`Set ${args.key} for ${ownerOf(named.profile)} to ${fieldText(value)}.`, [{id: args.key}])
    const wins = winningVariable(named, identity)
    if (wins !== undefined) this.tell(`${wins} is set, and wins over it in this terminal.`)
    return {key: args.key, value, profile: named.profile ?? null, file: fileOf(saved, named.profile)}
  }

  /** What the commands for these settings, or the policy, would refuse. @throws Problem POLICY_* (77), PROFILE_UNKNOWN (2), IDENTITY_* (78) */
  private async check(key: string, value: unknown, profile: string | undefined): Promise<void> {
    const identity = identityOf(this.config)
    if (typeof value !== 'string') return unlessForbidden(() => checkWorkload(key))
    if (key === 'profile' && profile === undefined && value !== 'default') await checkKnown(identity, value)
    if (key === 'identity') {
      checkChoosable(value, currentPolicy())
      await requireUsable(value, identity.request, pluginAccess(this.config))
    }

    return unlessForbidden(() => checkText(key, value))
  }
}

/** @throws Problem USAGE_INVALID (2) with what the setting can be */
function demandValid(path: SettingPath, after: Readonly<Record<string, unknown>>, typed: string): void {
  const {key, scope} = path.setting
  const [wrong, fault] = faultIn(after, scope === 'global' ? 'settings' : 'profile') ?? []
  if (wrong !== key) return
  throw usage(`${key} ${fault}.`, [
    ...didYouMean(closest(typed, choicesOf(path))),
    'Run `superset config list --available` to see what it is for.',
  ])
}

function checkText(key: string, value: string): void {
  const policy = currentPolicy()
  if (!policy) return
  if (key === 'issuer' || key === 'clientId' || key === 'apiUrl')
    checkPin(key, {value: key === 'apiUrl' ? (URL.parse(value)?.origin ?? value) : value, source: 'config'}, policy)
  if (key === 'storage') checkStorage({value: value as 'file', source: 'config'}, policy)
  checkWorkload(key)
}

function checkWorkload(key: string): void {
  const policy = currentPolicy()
  if (policy && key === 'workload') checkMethod(['workload'], 'config', policy)
}

/** With what came of it, and what helps. @throws Problem POLICY_REFUSED (77) */
function unlessForbidden(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!isProblem(error) || error.exit !== EXIT.denied) throw error
    const {code, exit, message} = error
    throw new Problem({
      ...{code, exit, message: `${message} Nothing was changed.`},
      suggestions: ['Ask your administrator.'],
      cause: error,
    })
  }
}
