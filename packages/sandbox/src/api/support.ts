import {feedbackInput} from './feedback.ts'
import {protectedProcedure, router} from './procedures.ts'

export const support = router({
  submitFeedback: protectedProcedure.input(feedbackInput).mutation(({ctx, input}): undefined => {
    ctx.feedback.push({...input, userId: ctx.caller.userId, organizationId: ctx.organizationId})
  }),
})
