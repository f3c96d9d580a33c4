/** A host name as sockets take it: an IPv6 address without the brackets that it has in a URL. */
export function bareHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
