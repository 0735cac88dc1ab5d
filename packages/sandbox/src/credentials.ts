/** The public client that the CLI is, and what it may ask for. */
export const CLIENT_ID = 'superset-cli'
export const SCOPES = ['openid', 'profile', 'email', 'offline_access']

/** The password of every seeded user. */
export const PASSWORD = 'sandbox-password'
export const ADMIN_EMAIL = 'admin@local.test'
export const BEA_EMAIL = 'bea@local.test'
