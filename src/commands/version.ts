import type {Need} from '@superset/identity'
import {SupersetCommand} from '../cli/command.ts'
import {VersionShape} from '../own-shapes.ts'

export default class Version extends SupersetCommand {
  static override output = () => VersionShape
  static override summary = 'Print the version.'
  static override baseFlags = {}
  static override identity: Need = 'none'

  async run(): Promise<{version: string; platform: string; node: string}> {
    await this.parse(Version)
    const {userAgent, version} = this.config
    await this.show({human: () => userAgent, ids: () => [version]})
    return {version, platform: `${process.platform}-${process.arch}`, node: process.version}
  }
}
