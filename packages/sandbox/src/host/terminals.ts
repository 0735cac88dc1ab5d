import {TRPCError} from '@trpc/server'
import {z} from 'zod'
import {notFound, protectedProcedure, router} from './procedures.ts'
import {type HostState, type HostTerminal, typeInto} from './state.ts'

const terminalOf = {terminalId: z.string(), workspaceId: z.string()}
const size = z.number().int().positive().optional()

export const terminals = router({
  list: protectedProcedure.input(z.object({workspaceId: z.string().optional()}).optional()).query(({ctx, input}) => ({
    sessions: ctx.state.terminals
      .filter(({workspaceId}) => !input?.workspaceId || workspaceId === input.workspaceId)
      .map(({cols: _c, cwd: _d, rows: _r, text: _t, ...session}) => session),
  })),
  createSession: protectedProcedure
    .input(
      z.object({
        workspaceId: z.string(),
        terminalId: z.string().optional(),
        initialCommand: z.string().optional(),
        cwd: z.string().optional(),
        themeType: z.string().optional(),
        cols: size,
        rows: size,
      }),
    )
    .mutation(({ctx: {state}, input}) => {
      const workspace = state.liveWorkspace(input.workspaceId)
      if (!workspace) throw notFound('Workspace not found')
      const {terminalId} = state.addTerminal(workspace, {
        ...(input.terminalId && {terminalId: input.terminalId}),
        ...(input.initialCommand && {command: input.initialCommand}),
        ...(input.cwd && {cwd: input.cwd}),
      })
      return {terminalId, status: 'active'}
    }),
  send: protectedProcedure
    .input(
      z
        .object({...terminalOf, text: z.string(), submit: z.boolean().default(true)})
        .refine(({submit, text}) => submit || text.length > 0, {message: 'Nothing to send'}),
    )
    .mutation(({ctx, input: {submit, text, ...names}}) => {
      const terminal = demand(ctx.state, names)
      if (terminal.exited) throw notFound('Terminal session has exited')
      typeInto(terminal, text, submit)
      return {terminalId: terminal.terminalId, submitted: submit}
    }),
  snapshot: protectedProcedure.input(z.object({...terminalOf, maxLines: size})).query(({ctx, input}) => {
    const {terminalId, cols, rows, text} = demand(ctx.state, input)
    return {terminalId, cols, rows, text: input.maxLines ? text.split('\n').slice(-input.maxLines).join('\n') : text}
  }),
  killSession: protectedProcedure.input(z.object(terminalOf)).mutation(({ctx: {state}, input}) => {
    if (!state.liveWorkspace(input.workspaceId)) throw notFound('Workspace not found')
    const {terminalId} = demand(state, input)
    state.terminals = state.terminals.filter((terminal) => terminal.terminalId !== terminalId)
    return {terminalId, status: 'disposed'}
  }),
})

function demand(state: HostState, {terminalId, workspaceId}: {terminalId: string; workspaceId: string}): HostTerminal {
  const terminal = state.terminals.find((candidate) => candidate.terminalId === terminalId)
  if (!terminal) throw notFound('Terminal session not found')
  if (terminal.workspaceId === workspaceId) return terminal
  throw new TRPCError({code: 'FORBIDDEN', message: 'Terminal session does not belong to this workspace'})
}
