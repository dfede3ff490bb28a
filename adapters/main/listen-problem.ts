/** What to tell the operator when the server can't listen; undefined for errors that are about something else. */
export function listenProblem(error: unknown, host: string, port: number): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `PORT ${String(port)} on ${host} is taken by another program. Stop that, or set PORT to another (0: any free port).`;
    case 'EACCES':
      return `PORT ${String(port)} needs more rights than this process has. Set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} is no address of this machine. Set HOST to 127.0.0.1, or to 0.0.0.0 for all.`;
    default:
      return undefined;
  }
}
