import {Flags} from '@oclif/core'
import {array} from 'valibot'
import {SupersetCommand} from '../../../cli/command.ts'
import {listFlags, wholeNumberFlag} from '../../../cli/flags.ts'
import {listMembers, Member} from '../../../service/organizations.ts'
import {MEMBERS} from '../../../output/views.ts'
import {USUAL_PAGE} from '../../../service/pages.ts'

export default class OrganizationMembersList extends SupersetCommand {
  static override aliases = ['org:members:list']
  static override summary = 'List the members of the organization.'
  static override examples = ['<%= config.bin %> <%= command.id %> --search ada']
  static override output = () => array(Member)
  static override flags = {
    ...listFlags,
    search: Flags.string({char: 's', summary: 'Only whose name or e-mail address has this text.'}),
    limit: wholeNumberFlag('At most this many; 50 unless told otherwise.', {min: 1, max: 100}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(OrganizationMembersList)
    const {limit = USUAL_PAGE, search} = flags
    return this.showList(await listMembers(await this.api(), {search, limit}), MEMBERS, flags)
  }
}
