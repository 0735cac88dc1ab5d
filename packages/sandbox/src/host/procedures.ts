import {initTRPC, TRPCError} from '@trpc/server'
import superjson from 'superjson'
import {type HostState} from './state.ts'

export interface HostContext {
  readonly state: HostState
  /** Whether the request carried the host's own secret. */
  readonly authenticated: boolean
  /** Look at the file system before a project is created from it. */
  readonly checkPaths: boolean
}

/** Told in the `data` of an error, so that a client need not read the message. */
export class ProjectNotSetup extends Error {
  readonly projectId: string

  constructor(projectId: string) {
    super('Project is not set up on this host')
    this.projectId = projectId
  }
}

const trpc = initTRPC.context<HostContext>().create({
  transformer: superjson,
  isDev: false,
  errorFormatter({shape, error: {cause}}) {
    const projectNotSetup =
      cause instanceof ProjectNotSetup ? {kind: 'PROJECT_NOT_SETUP', projectId: cause.projectId} : undefined
    // The host sends the members that do not apply as undefined, and so they arrive.
    return {...shape, data: {...shape.data, teardownFailure: undefined, projectNotSetup, deleteInProgress: undefined}}
  },
})

export const router = trpc.router
export const publicProcedure = trpc.procedure

export const protectedProcedure = trpc.procedure.use(({ctx, next}) => {
  if (ctx.authenticated) return next()
  throw new TRPCError({code: 'UNAUTHORIZED', message: 'Invalid or missing authentication token.'})
})

export function notFound(message: string): TRPCError {
  return new TRPCError({code: 'NOT_FOUND', message})
}
