/** Whether a URL's host is this machine, so that plain http does not leave it. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
