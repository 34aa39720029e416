import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a server of our own on this machine; gives its address and a way to end it. */
export async function serve(answer: http.RequestListener): Promise<{ address: string; close: () => Promise<void> }> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
