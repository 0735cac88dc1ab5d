/** As much of oidc-provider, which brings no types, as is used here. */
declare module 'oidc-provider' {
  import type {IncomingMessage, ServerResponse} from 'node:http'

  interface Interaction {
    readonly uid: string
    readonly prompt: {
      readonly name: string
      readonly details: {
        readonly missingOIDCScope?: readonly string[]
        readonly missingOIDCClaims?: readonly string[]
        readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
      }
    }
    readonly params: Readonly<Record<string, unknown>>
    readonly session?: {readonly accountId: string}
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addOIDCClaims(claims: readonly string[]): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  /** As much of Koa's context as a grant of one's own uses. */
  export interface GrantContext {
    readonly oidc: {readonly client: object; readonly params: Readonly<Record<string, string | undefined>>}
    body: Record<string, unknown>
  }

  interface AccessToken {
    resourceServer: object
    scope: string
    readonly expiration: number
    save(): Promise<string>
  }

  export const errors: Readonly<Record<'InvalidRequest' | 'InvalidTarget', new (description: string) => Error>>

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    readonly Grant: new (properties: {accountId: string; clientId: string}) => Grant
    readonly AccessToken: new (properties: {accountId: string; client: object; gty: string}) => AccessToken
    readonly ResourceServer: new (identifier: string, properties: object) => object
    registerGrantType(
      name: string,
      handler: (context: GrantContext) => Promise<void>,
      parameters: readonly string[],
      repeatable: readonly string[],
    ): void
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options?: {mergeWithLastSubmission: boolean},
    ): Promise<void>
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this
  }
}
