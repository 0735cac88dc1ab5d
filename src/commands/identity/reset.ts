import type {Need} from '@superset/identity'
import {saveChoice} from '../../plugin-host/identity-choice.ts'
import {SupersetCommand} from '../../cli/command.ts'
import {choiceFlags} from '../../cli/flags.ts'
import {type IdentityReset as Reset, IdentityResetShape} from '../../own-shapes.ts'

export default class IdentityReset extends SupersetCommand {
  static override output = () => IdentityResetShape
  static override summary = 'Take the choice of an identity plugin back.'
  static override description = `Works whatever became of the plugin; asks and removes nothing. With --profile, that profile's own choice is taken back.`
  static override baseFlags = choiceFlags
  static override identity: Need = 'none'

  async run(): Promise<Reset> {
    const {flags} = await this.parse(IdentityReset)
    const {before, inForce, note} = saveChoice(undefined, flags.profile)
    const what = before === undefined ? 'No identity plugin was chosen' : `${before} is not chosen any more`
    const now = inForce && note === undefined ? `; ${inForce.plugin} answers.` : '.'
    await this.showDone(`${what}${now}`, before === undefined ? [] : [{id: before}])
    if (note !== undefined) this.tell(note)
    return {profile: flags.profile ?? null, before: before ?? null, inForce: inForce ?? null}
  }
}
