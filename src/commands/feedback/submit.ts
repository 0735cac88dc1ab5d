import {Flags} from '@oclif/core'
import {identityOf} from '@superset/identity'
import {boolean, number, object} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {words, yesFlag} from '../../cli/flags.ts'
import {readText} from '../../cli/text-input.ts'
import {attachmentsOf, diagnosticsText, systemText} from '../../forms/feedback.ts'
import {FEEDBACK_TYPES, submitFeedback} from '../../service/feedback.ts'

const Answer = object({submitted: boolean(), attachments: number()})

export default class FeedbackSubmit extends SupersetCommand {
  static override summary = 'Tell the makers of superset what you think; they answer by e-mail.'
  static override description =
    '--diagnostics tells the versions of superset, Node, the system and plugins; a person sees it before it is sent.'
  static override output = () => Answer
  static override examples = [
    '<%= config.bin %> <%= command.id %> --type bug --title "List is slow" --body "With 10,000 tasks" --diagnostics',
    {
      description: 'With files, and the text from standard input',
      command: '<%= config.bin %> <%= command.id %> --type feature --title Idea --body-file - --attach a.png,b.log',
    },
  ]
  static override flags = {
    ...yesFlag,
    type: Flags.option({options: FEEDBACK_TYPES, required: true})({summary: 'What it is.'}),
    title: Flags.string({summary: 'It in one line.', required: true}),
    body: Flags.string({summary: 'It in full.', exactlyOne: ['body', 'body-file']}),
    'body-file': Flags.string({
      summary: 'Read it from this file; - is standard input.',
      helpValue: '<path|->',
    }),
    attach: Flags.string({
      summary: 'Files that go along, separated by commas; at most 5, and 10 MB.',
      helpValue: '<a,b>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    diagnostics: Flags.boolean({summary: 'Tell the versions of what runs here.'}),
  }

  async run(): Promise<{submitted: boolean; attachments: number}> {
    const {flags} = await this.parse(FeedbackSubmit)
    const {attach = [], diagnostics, title, type, yes} = flags
    const file = flags['body-file']
    const body = (file === undefined ? flags.body : readText(file, '--body-file').trim()) ?? ''
    for (const [name, text] of [
      ['title', title],
      [file === undefined ? 'body' : 'body-file', body],
    ] as const)
      if (text.trim() === '') throw usage(`--${name}: there is no text in it.`)
    const about = diagnostics ? diagnosticsText(this.config.version, this.installedPlugins()) : undefined
    const attachments = attachmentsOf(attach.flatMap(words), about)
    if (about !== undefined && identityOf(this.config).request.interactive)
      await this.confirm(`${about}Send this along?`, yes)
    await submitFeedback(await this.api(), {
      ...{type, title, body, appVersion: this.config.version, os: systemText()},
      attachments: attachments.length === 0 ? undefined : attachments,
    })
    const count = attachments.length
    const along = count === 0 ? '' : count === 1 ? ' with 1 file' : ` with ${count} files`
    await this.show({human: () => `Sent${along}. Answers come to the e-mail address of your account.`, ids: () => []})
    return {submitted: true, attachments: count}
  }

  /** Of others, which people install. */
  private installedPlugins(): string[] {
    return [...this.config.plugins.values()]
      .filter(({type}) => type === 'user' || type === 'link')
      .map(({name, version}) => `${name} ${version}`)
  }
}
