/** Every variable that names a proxy, at one address; and none that names exceptions. */
export function proxiesAt(address: string): Record<string, string> {
  return {HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, https_proxy: address}
}
