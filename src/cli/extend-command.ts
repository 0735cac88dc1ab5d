import {type Command, type Config, type Interfaces, ux} from '@oclif/core'
import {stripVTControlCharacters} from 'node:util'
import {SupersetCommand} from './command.ts'
import {usage} from './errors.ts'

type CommandClass = typeof Command & (new (argv: string[], config: Config) => Command)

/**
 * A command of oclif's as one of ours. `Members` are those of its methods that ours override or call, besides `run`: its own
 * types say of `run` that it returns nothing. `Statics` are those of its flags and texts whose types matter to ours.
 */
export type CommandExtension<Members extends object = object, Statics = unknown> = Omit<
  typeof ExtendedCommand,
  'prototype' | keyof Statics
> &
  Statics &
  (new (argv: string[], config: Config) => ExtendedCommand & Members & {run(): Promise<unknown>})

/**
 * Puts our base command between a command class of one of oclif's plugins and oclif's `Command`, which it extends: its
 * arguments, flags, texts and its `run` stay, while parsing, output modes and errors are ours. Done to the class itself;
 * nothing else in this process uses it.
 */
export function asOurs<Members extends object = object, Statics = unknown>(
  Theirs: CommandClass,
): CommandExtension<Members, Statics>
export function asOurs(Theirs: CommandClass): object {
  // Standard input is for those who send something, and never a name.
  for (const arg of Object.values(Theirs.args)) arg.ignoreStdin = true
  Object.setPrototypeOf(Theirs, ExtendedCommand)
  Object.setPrototypeOf(Theirs.prototype, ExtendedCommand.prototype)
  return Theirs
}

abstract class ExtendedCommand extends SupersetCommand {
  // oclif looks for inherited settings only as far as the next class that has any of its own.
  static override enableJsonFlag = true

  /** What its `run` has said, for our commands to show once it has succeeded. */
  protected readonly said: string[] = []

  override log(message = ''): void {
    this.said.push(stripVTControlCharacters(message))
  }

  override warn(input: Error | string): Error | string {
    this.tell(input instanceof Error ? input.message : input)
    return input
  }

  override error(input: Error | string): never {
    throw typeof input === 'string' ? usage(input) : input
  }

  /** Its progress is for a person who watches; nobody else reads stderr for it. */
  protected override async init(): Promise<void> {
    await super.init()
    const isWatched = this.mode() === 'human' && process.stderr.isTTY
    if (isWatched) Reflect.deleteProperty(ux.action, 'start')
    else ux.action.start = () => undefined
  }

  /** Progress that still runs would swallow the error, which `main` shows after this. */
  protected override async finally(error: Error | undefined): Promise<void> {
    ux.action.stop(error ? 'failed' : undefined)
    await super.finally(error)
  }

  /**
   * Its `run` names the class that it was written in; flags and arguments are those of the class that runs, inherited ones
   * too, which oclif would not look for.
   */
  protected override parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(_written?: Interfaces.Input<F, B, A>, argv: string[] = this.argv): Promise<Interfaces.ParserOutput<F, B, A>> {
    const {args, baseFlags, enableJsonFlag, flags, strict} = this.constructor as typeof Command
    return super.parse({args, baseFlags, enableJsonFlag, flags, strict} as Interfaces.Input<F, B, A>, argv)
  }
}
