import {Flags} from '@oclif/core'
import {chosenHostFlags, HostCommand} from '../../cli/host-command.ts'
import {pathOn} from '../../cli/host-path.ts'
import {createProject, CreatedProject} from '../../service/projects.ts'

export default class ProjectsCreate extends HostCommand {
  static override summary = 'Make a project of a repository, on a host.'
  static override output = () => CreatedProject
  static override examples = [
    '<%= config.bin %> <%= command.id %> --local --name demo --import ./demo',
    {
      description: 'Cloned, on another machine',
      command:
        '<%= config.bin %> <%= command.id %> --host build-box --name web --clone https://github.com/acme/web.git --parent-dir /home/ada/code',
    },
  ]
  static override flags = {
    ...chosenHostFlags,
    name: Flags.string({summary: 'What it is called.', required: true}),
    clone: Flags.string({
      summary: 'Clone this repository.',
      helpValue: '<url>',
      exactlyOne: ['clone', 'import'],
      dependsOn: ['parent-dir'],
    }),
    'parent-dir': Flags.string({
      summary: 'Folder on the host in which the clone is made.',
      helpValue: '<folder>',
      dependsOn: ['clone'],
    }),
    import: Flags.string({summary: 'Use the repository in this folder of the host.', helpValue: '<folder>'}),
  }

  async run(): Promise<CreatedProject> {
    const {flags} = await this.parse(ProjectsCreate)
    const target = await this.target(flags)
    const {clone, import: folder, name, 'parent-dir': parentDir} = flags
    const project = await createProject(
      target,
      name,
      clone === undefined
        ? {kind: 'importLocal', repoPath: pathOn(target, folder ?? '', '--import')}
        : {kind: 'clone', parentDir: pathOn(target, parentDir ?? '', '--parent-dir'), url: clone},
    )
    const what = project.created === false ? 'is there already' : 'was created'
    await this.showDone(`Project ${name} ${what} on ${target.name}: ${project.repoPath}`, [{id: project.projectId}])
    return project
  }
}
