import {Flags} from '@oclif/core'
import {SupersetCommand} from '../../../cli/command.ts'
import {wholeNumberFlag} from '../../../cli/flags.ts'
import {listMembers, type Member} from '../../../service/organizations.ts'

export default class OrganizationMembersList extends SupersetCommand {
  static override aliases = ['org:members:list']
  static override summary = 'List the members of the organization.'
  static override flags = {
    search: Flags.string({char: 's', summary: 'Only whose name or e-mail address has this text.'}),
    limit: wholeNumberFlag('At most this many; 50 unless told otherwise.', {min: 1, max: 100}),
  }

  async run(): Promise<Member[]> {
    const {flags} = await this.parse(OrganizationMembersList)
    const members = await listMembers(await this.api(), {search: flags.search, limit: flags.limit})
    await this.showRows(members, ['name', 'email', 'role', 'id'])
    return members
  }
}
