import {Args, Flags} from '@oclif/core'
import {isProblem} from '@superset/identity'
import type {ParsedLine} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {chosenHostFlags, HostCommand} from '../../cli/host-command.ts'
import {pathOn} from '../../cli/host-path.ts'
import {setUpProject, SetUpProject} from '../../service/projects.ts'
import type {Target} from '../../service/targets/target.ts'

export default class ProjectsSetup extends HostCommand {
  static override summary = 'Give a host the files of a project.'
  static override description =
    'The project is one that the host, or this machine, knows; any other is named by its id, with --repo-url and --name.'
  static override output = () => SetUpProject
  static override examples = [
    '<%= config.bin %> <%= command.id %> web --host build-box --parent-dir /home/ada/code',
    {
      description: 'From a clone that is there',
      command: '<%= config.bin %> <%= command.id %> web --local --path ~/code/web --allow-relocate',
    },
  ]
  static override args = {
    project: Args.string({description: 'Name or id of the project.', ignoreStdin: true}),
  }
  static override flags = {
    ...chosenHostFlags,
    project: Flags.string({summary: 'The project, in the place of the argument.', helpValue: '<name|id>'}),
    'parent-dir': Flags.string({
      summary: 'Clone it into this folder of the host.',
      helpValue: '<folder>',
      exactlyOne: ['parent-dir', 'path'],
    }),
    path: Flags.string({
      summary: 'Use the repository in this folder of the host.',
      helpValue: '<folder>',
      aliases: ['import'],
    }),
    'allow-relocate': Flags.boolean({
      summary: 'Even if the host knows the project in another folder.',
      dependsOn: ['path'],
    }),
    'repo-url': Flags.string({summary: 'What to clone, where no host knows it.', helpValue: '<url>'}),
    name: Flags.string({summary: 'What it is called, where no host knows it.'}),
  }

  protected override validate({args, flags}: ParsedLine<typeof ProjectsSetup>): void {
    const named = [args.project, flags.project].filter((name) => name !== undefined)
    if (named.length === 0) throw usage('Missing <project>.', ['Run `superset projects list` to see the projects.'])
    if (named.length > 1) throw usage('Name the project once: as the argument, or with --project.')
  }

  async run(): Promise<SetUpProject> {
    const {args, flags} = await this.parse(ProjectsSetup)
    const wanted = args.project ?? flags.project ?? ''
    const target = await this.target(flags)
    const {'parent-dir': parentDir, path} = flags
    const setup = await setUpProject(
      target,
      wanted,
      {
        mode:
          path === undefined
            ? {kind: 'clone', parentDir: pathOn(target, parentDir ?? '', '--parent-dir')}
            : {
                kind: 'import',
                repoPath: pathOn(target, path, '--path'),
                allowRelocate: Boolean(flags['allow-relocate']),
              },
        repoUrl: flags['repo-url'],
        name: flags.name,
      },
      () => this.thisMachineBeside(target),
    )
    await this.showDone(`Set up ${wanted} on ${target.name}: ${setup.repoPath}`, [
      {id: setup.mainWorkspaceId ?? wanted},
    ])
    return setup
  }

  /** It may know the project; where it cannot be asked, it does not. */
  private async thisMachineBeside({isThisMachine}: Target): Promise<Target | undefined> {
    if (isThisMachine) return undefined
    try {
      return await this.target({})
    } catch (error) {
      if (isProblem(error)) return undefined
      throw error
    }
  }
}
