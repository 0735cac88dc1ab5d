/** A mutation that changes nothing which anybody could see. */
export interface Equivalent {
  readonly file: string
  readonly edit: string
  readonly why: string
}

const DELETE = 'src/commands/tasks/delete.ts'
const VARIADIC = 'an argument that takes several values is never read from standard input by oclif 5.1'

export const EQUIVALENT: readonly Equivalent[] = [
  {file: DELETE, edit: 'drop: ignoreStdin: true', why: VARIADIC},
  {file: DELETE, edit: 'another literal: ignoreStdin: true', why: VARIADIC},
  {
    file: 'src/service/organizations.ts',
    edit: "another text: ''",
    why: 'the name of a flag is not looked at for a source that is a variable',
  },
]
