import {CommandHelp} from '@oclif/core'

type Flag = NonNullable<CommandHelp['command']['flags']>[string]

/**
 * The usage of a command: its arguments and the flags without which it does nothing. oclif's own puts every flag into it, and
 * wrong alternatives where one flag excludes several.
 */
export class CommandUsage extends CommandHelp {
  protected override defaultUsage(): string {
    const {args, flags, id, strict} = this.command
    const shown = Object.entries(flags).filter(([, {hidden}]) => hidden !== true)
    const needed = shown.filter(([, {required}]) => required).map(([name, flag]) => this.written(name, flag))
    const words = Object.values(args)
      .filter(({hidden}) => hidden !== true)
      .map((arg) => {
        const name = `${arg.name.toUpperCase()}${arg.multiple || strict === false ? '...' : ''}`
        return arg.required ? name : `[${name}]`
      })
    return [id, ...words, ...needed, ...(shown.length > 0 ? ['[FLAGS]'] : [])].join(' ')
  }

  private written(name: string, flag: Flag): string {
    if (flag.type !== 'option') return `--${name}`
    const {helpValue, options} = flag
    const value = Array.isArray(helpValue) ? helpValue.join(' ') : (helpValue ?? options?.join('|') ?? '<value>')
    return `--${name} ${value}`
  }
}
