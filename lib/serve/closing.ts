/** How the connections of a service that is told to stop end: each as soon as its last answer has gone out. */
import { Server, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** In ms: how often the connections are looked at, so that a request which was sent before the stop may be on its way as long. */
const onItsWay = 250;

interface Connection {
  /** What it is owed. */
  answers: Set<ServerResponse>;
  /** How many bytes it had sent when it was looked at last. */
  seen: number;
}

/**
 * Lets `app.close()` wait for answers, and for nothing else. Node ends a connection that is idle when a server is closed, though a request may
 * be on its way, but keeps one that is busy then until its keep-alive is over (72 s in Fastify), and one that never sends a request for ever.
 * Here what is answered during the stop says `connection: close`, a connection that nothing is owed and that sends nothing ends, and one whose
 * request is not whole may go on for `timeout` ms.
 */
export function closeWhenAnswered(app: FastifyInstance, timeout: number): void {
  const connections = new Map<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    const known = connections.get(socket);
    if (known) return known;
    const connection = { answers: new Set<ServerResponse>(), seen: 0 };
    connections.set(socket, connection);
    socket.once('close', () => connections.delete(socket));
    return connection;
  };
  app.server.on('connection', connectionOf);
  app.addHook('onRequest', ({ raw: { socket } }, { raw: answer }, next) => {
    const { answers } = connectionOf(socket);
    answers.add(answer);
    answer.once('close', () => answers.delete(answer));
    next();
  });
  app.addHook('preClose', async () => {
    const end = performance.now() + timeout;
    for (const [socket, connection] of connections) {
      connection.seen = socket.bytesRead;
      for (const answer of connection.answers) if (!answer.headersSent) answer.setHeader('connection', 'close');
    }
    const clock = setInterval(() => endNeedless(connections, performance.now() > end), onItsWay);
    // not the method of an HTTP server, which ends what is idle at once
    await new Promise((resolve) => Server.prototype.close.call(app.server, resolve));
    clearInterval(clock);
  });
}

function endNeedless(connections: Map<Socket, Connection>, isLate: boolean): void {
  for (const [socket, connection] of connections) {
    const isOwed = [...connection.answers].some(({ req }) => req.complete);
    const isSending = connection.answers.size > 0 || socket.bytesRead !== connection.seen;
    if (!isOwed && (isLate || !isSending)) socket.destroy();
    connection.seen = socket.bytesRead;
  }
}
