import {html, page} from '@superset/sandbox/loopback'

/** RFC 8628 3.4. */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** Where the provider hands out device codes. */
export const DEVICE_PATH = '/device/auth'

interface Context {
  type: string
  body: string
}

/** The provider's device grant with pages like the sandbox's; the forms come from the provider. */
export function deviceFlow(): Record<string, unknown> {
  return {
    enabled: true,
    userCodeInputSource: async (context: Context, form: string, _out: unknown, error: unknown) =>
      show(
        context,
        'Enter the code',
        html`<h1>Enter the code that your terminal shows</h1>
          ${error ? html`<p class="warn" role="alert">That code is not valid.</p>` : html``} ${{markup: form}}
          <div class="buttons"><button type="submit" form="op.deviceInputForm">Go on</button></div>`,
      ),
    userCodeConfirmSource: async (
      context: Context,
      form: string,
      client: {readonly clientId: string},
      _device: unknown,
      userCode: string,
    ) =>
      show(
        context,
        'Confirm the code',
        html`<h1>Does your terminal show this code?</h1>
          <p><code class="box">${userCode}</code></p>
          <p class="soft">${client.clientId} wants to act for you.</p>
          ${{markup: form}}
          <div class="buttons"><button type="submit" form="op.deviceConfirmForm">Yes</button></div>`,
      ),
    successSource: async (context: Context) =>
      show(
        context,
        'Signed in',
        html`<h1>You are signed in</h1>
          <p>Go back to your terminal.</p>`,
      ),
  }
}

async function show(context: Context, title: string, content: ReturnType<typeof html>): Promise<void> {
  context.type = 'html'
  context.body = await page(title, content).text()
}

/** The provider itself names no interval, which stands for five seconds (RFC 8628 3.2). */
export async function withInterval(answer: Response, seconds: number | undefined): Promise<Response> {
  if (seconds === undefined || answer.status !== 200) return answer
  return Response.json({...((await answer.json()) as object), interval: seconds})
}
