import {randomUUID} from 'node:crypto'

export interface HostAgent {
  readonly id: string
  readonly presetId: string
  readonly iconId: string | null
  label: string
  readonly command: string
  readonly args: readonly string[]
  readonly promptTransport: string
  readonly promptArgs: readonly string[]
  readonly resumeArgs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly order: number
}

type Preset = Pick<HostAgent, 'label' | 'presetId'> & Partial<HostAgent>

/** The agents that a host knows from the start, in its order. */
const PRESETS: readonly Preset[] = [
  {presetId: 'claude', label: 'Claude', args: ['--dangerously-skip-permissions'], resumeArgs: ['--resume']},
  {presetId: 'amp', label: 'Amp', promptTransport: 'stdin', resumeArgs: ['threads', 'continue']},
  {
    presetId: 'codex',
    label: 'Codex',
    args: ['--dangerously-bypass-approvals-and-sandbox', '--dangerously-bypass-hook-trust'],
    promptArgs: ['--'],
    resumeArgs: ['resume'],
  },
  {presetId: 'gemini', label: 'Gemini', args: ['--approval-mode=auto_edit'], resumeArgs: ['--resume']},
  {presetId: 'mastracode', label: 'Mastracode', promptArgs: ['--prompt'], resumeArgs: ['--thread']},
  {presetId: 'opencode', label: 'OpenCode', promptArgs: ['--prompt'], resumeArgs: ['--session']},
  {presetId: 'pi', label: 'Pi', resumeArgs: ['--session']},
  {presetId: 'copilot', label: 'Copilot', args: ['--allow-tool=write'], promptArgs: ['-i'], resumeArgs: ['--resume']},
  {presetId: 'vibe', label: 'Mistral Vibe', args: ['--trust', '--auto-approve'], resumeArgs: ['--resume']},
  {presetId: 'kimi', label: 'Kimi Code', promptArgs: ['-p'], resumeArgs: ['--session']},
  {presetId: 'grok', label: 'Grok', args: ['--always-approve'], resumeArgs: ['--resume']},
  {presetId: 'cursor-agent', label: 'Cursor Agent', resumeArgs: ['--resume']},
  {presetId: 'droid', label: 'Droid', resumeArgs: ['--resume']},
  {presetId: 'polygraph', label: 'Polygraph', args: ['session', 'start'], promptArgs: ['--']},
]

export function agentPresets(): HostAgent[] {
  return PRESETS.map((preset, order) => ({
    ...{id: randomUUID(), iconId: null, command: preset.presetId, args: [], promptTransport: 'argv'},
    ...{promptArgs: [], resumeArgs: [], env: {}, order},
    ...preset,
  }))
}
