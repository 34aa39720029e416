/** The connection file that a client writes for its kernel. */
import fs from 'node:fs';

export interface ConnectionInfo {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

const texts = ['transport', 'ip', 'key'];
const ports = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'];

/** Reads the file; throws a sentence about what is wrong with it. */
export function readConnection(file: string | undefined): ConnectionInfo {
  if (!file)
    throw new Error('A connection file is missing: Jupyter starts a kernel with `node main.js {connection_file}`.');
  const content = contentOf(file);
  for (const name of texts)
    if (typeof content[name] !== 'string')
      throw new Error(`The connection file ${file} must give ${name} as text, got ${JSON.stringify(content[name])}.`);
  for (const name of ports)
    if (!isPort(content[name], content.transport))
      throw new Error(`The connection file ${file} must give ${name} as a port, got ${JSON.stringify(content[name])}.`);
  const scheme = content.signature_scheme ?? 'hmac-sha256';
  if (content.key && scheme !== 'hmac-sha256')
    throw new Error(
      `The connection file ${file} asks for signatures by ${JSON.stringify(scheme)}; only hmac-sha256 is known.`,
    );
  return content as unknown as ConnectionInfo;
}

function contentOf(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The connection file cannot be read: ${(error as Error).message}.`);
  }
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new Error(`The connection file ${file} holds no JSON.`);
  }
}

function isPort(port: unknown, transport: unknown): boolean {
  return Number.isInteger(port) && (port as number) > 0 && (transport !== 'tcp' || (port as number) < 65_536);
}
