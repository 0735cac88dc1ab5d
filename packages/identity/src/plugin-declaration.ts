/** What an identity plugin says of itself in its `package.json`, under `oclif`. */
export interface IdentityPluginDeclaration {
  readonly hooks: {
    /** Path of the module whose default export is an `IdentityHook`. */
    readonly 'superset:identity': string
  }
  readonly superset?: {
    /**
     * True: this plugin brings an `auth login` and whatever else of the `auth` topic it wants. Once it is chosen, the
     * bundled plugin's commands are left out as a whole, and its own are there instead. Otherwise the bundled commands
     * stay and drive its provider by what `capabilities` names.
     */
    readonly bringsAuthCommands?: boolean
  }
}
