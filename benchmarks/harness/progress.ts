/** One line on the terminal that is overwritten; elsewhere nothing is shown until the run is over. */
export function progressLine(prefix: string): { show(text: string): void; clear(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => void stderr.write(`\r\x1b[2K${prefix}: ${text}`),
    clear: () => void stderr.write('\r\x1b[2K'),
  };
}
