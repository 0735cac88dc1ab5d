import {z} from 'zod'

export const feedbackInput = z
  .object({
    type: z.enum(['bug', 'feature', 'general']),
    title: z.string().min(1).max(200),
    body: z.string().min(1).max(20_000),
    appVersion: z.string().max(100).optional(),
    os: z.string().max(200).optional(),
    attachments: z
      .array(z.object({filename: z.string().min(1).max(200), contentBase64: z.string().min(1)}))
      .max(5)
      .optional(),
  })
  .refine(({attachments = []}) => attachments.reduce((sum, {contentBase64}) => sum + contentBase64.length, 0) <= 14e6, {
    message: 'Attachments exceed the 10MB total limit',
  })

/** What a user sent to the makers, who would get it by e-mail. */
export interface Feedback extends z.infer<typeof feedbackInput> {
  readonly userId: string
  readonly organizationId: string | undefined
}
