/** Whether the host of a URL is this machine. Plain http to this machine does not leave it. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
