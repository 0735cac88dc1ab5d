import {EXIT, isProblem, Problem} from '@superset/identity'
import type {Api} from './client.ts'
import {wordsOf} from './outage.ts'

export const FEEDBACK_TYPES = ['bug', 'feature', 'general'] as const
type FeedbackType = (typeof FEEDBACK_TYPES)[number]

/** A file that goes along. */
export interface Attachment {
  readonly filename: string
  readonly contentBase64: string
}

export interface Feedback {
  readonly type: FeedbackType
  readonly title: string
  readonly body: string
  /** Version of the CLI. */
  readonly appVersion: string
  /** Platform, release and architecture. */
  readonly os: string
  readonly attachments?: readonly Attachment[] | undefined
}

/**
 * The service sends it to its makers by e-mail; it answers nothing of interest.
 * @throws Problem FEEDBACK_NOT_SENT (75)
 */
export async function submitFeedback(api: Api, feedback: Feedback): Promise<void> {
  try {
    await api.mutate('support.submitFeedback', feedback)
  } catch (error) {
    if (!isProblem(error) || wordsOf(error) === undefined) throw error
    throw new Problem({
      code: 'FEEDBACK_NOT_SENT',
      message: 'The service could not send it to its makers.',
      exit: EXIT.temporary,
      retryable: true,
      suggestions: ['Try again in a while.'],
      cause: error,
    })
  }
}
