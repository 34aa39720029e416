/** What a failed step's output says, in words. */
export { SetupFailure } from '../../lib/build-native/failure.mjs';

const host = (output) => {
  const found =
    /(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+\.\w+)/.exec(output) ??
    /host='([^']+)'/.exec(output) ??
    /https?:\/\/(?:[^@\s/'"`]+@)?([^\s/'"`:)]+)/.exec(output);
  return found ? found[1] : 'a server that this step downloads from';
};

/** The Python package that pip or uv found no wheel for; undefined when that is not what went wrong. */
export const packageWithoutWheel = (output) =>
  (/No matching distribution found for ([\w.-]+)/.exec(output) ??
    /Because ([\w.-]+?)==\S+ has no (?:usable )?wheels/.exec(output))?.[1];

const KNOWN = [
  {
    pattern: /ENOSPC|No space left on device|\[Errno 28\]|os error 28/i,
    cause: () => 'the disk is full',
    cure: 'Free about 6 GB (2 GB of it is needed only while installing) and look at TMPDIR if /tmp is a small disk of its own.',
  },
  {
    platform: 'win32',
    pattern:
      /EACCES|EPERM|EBUSY|Permission denied|Access is denied|used by another process|WinError (5|32)\b|\[Errno 13\]/i,
    cause: () => 'a file could not be written: another program has it open, or it belongs to another user',
    cure: 'Close JupyterLab, editors and terminals that use this folder; a virus scanner may hold a file for a while.',
  },
  {
    platform: 'win32',
    pattern: /specified module could not be found|ERR_DLOPEN_FAILED|VCRUNTIME140/i,
    cause: () => 'a package in machine code lacks a library of Microsoft, or was made for another processor',
    cure: 'Install the Visual C++ Redistributable for x64 from Microsoft (`winget install Microsoft.VCRedist.2015+.x64`).',
  },
  {
    pattern: /EACCES|EPERM|EROFS|Permission denied|Read-only file system|\[Errno 13\]/i,
    cause: () => 'a file could not be written: it belongs to another user, or the disk is read-only',
    cure: 'Run as the user who owns the project, or make it yours: `sudo chown -R "$(id -u)" .` in its folder.',
  },
  {
    pattern: /ENAMETOOLONG|WinError 206|path too long|filename or extension is too long/i,
    cause: () => 'a path became longer than the system takes',
    cure: 'Clone into a folder near the root of the disk. On Windows the limit of 260 characters can be lifted: see environment.md, "Windows".',
  },
  {
    pattern: /EINTEGRITY|DO NOT MATCH THE HASHES|Hash mismatch for/i,
    cause: () => 'a downloaded package is not the one that was pinned (its checksum differs)',
    cure:
      'Empty the caches (`npm cache clean --force`, `pip cache purge`, `uv cache clean`). If it stays, a mirror or proxy ' +
      'on the way alters packages: use the official registries.',
  },
  {
    pattern: /\b407\b.{0,200}?Proxy|Proxy Authentication Required/i,
    cause: () => 'the proxy asks for a name and a password',
    cure: 'Set HTTPS_PROXY=http://name:password@host:port (see environment.md, "Offline and proxies").',
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_|CERTIFICATE_VERIFY_FAILED|invalid peer certificate/i,
    cause: (output) => `the certificate of ${host(output)} is not trusted`,
    cure:
      'A proxy that inspects traffic needs its certificate named: NODE_EXTRA_CA_CERTS, PIP_CERT and SSL_CERT_FILE ' +
      '(see environment.md, "Offline and proxies").',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|ConnectTimeout|ReadTimeout|Name or service not known|Temporary failure in name resolution|Network is unreachable|Connection refused|ProxyError|dns error|error sending request|Failed to fetch/i,
    cause: (output) => `${host(output)} could not be reached`,
    cure:
      'Check the network. Behind a proxy set HTTPS_PROXY; for a mirror set npm_config_registry or PIP_INDEX_URL ' +
      '(see environment.md, "Offline and proxies").',
  },
  {
    pattern: /EUSAGE[\s\S]{0,500}?in sync|package\.json and package-lock\.json .{0,100}?in sync/i,
    cause: () => 'package.json and package-lock.json do not belong together',
    cure: 'Take both from the repository (`git checkout package.json package-lock.json`), or run `npm install` after an edit.',
  },
  {
    pattern:
      /No matching distribution found for (\S+)|no wheels with a matching|has no usable wheels|No solution found when resolving/i,
    cause: (output) =>
      `there is no ready-made ${packageWithoutWheel(output) ?? 'package'} for this platform and Python, or the package index did not answer`,
    cure: 'Use Python 3.10-3.13 (64 bit, glibc on Linux), or a mirror that carries the whole of requirements.txt.',
  },
  {
    pattern: /\bE?(401|403|404)\b.{0,200}?(https?:|registry|Forbidden|Not Found|Unauthorized)/i,
    cause: (output) => `${host(output)} refused to hand out a package`,
    cure: 'If npm or pip is set to a company mirror, ask for the package there, or use the official registries.',
  },
  {
    pattern: /ensurepip is not available|No module named '?(ensurepip|venv)/i,
    cause: () => 'this Python cannot make virtual environments',
    cure: 'On Debian and Ubuntu: `sudo apt install python3-venv`. Or install uv, which needs neither.',
  },
  {
    pattern: /ENOMEM|out of memory|Killed signal|cannot allocate memory|MemoryError/i,
    cause: () => 'the machine ran out of memory',
    cure: 'Close other programs, or give this machine 4 GB or more.',
  },
];

/**
 * Turns the output of a failed command into words.
 * @param {string} output the end of what the command printed
 * @param {{ cause: string, cure: string }} otherwise what to say when nothing known is found in it
 * @param {{ platform: string }} [on]
 * @returns {{ cause: string, cure: string }}
 */
export function explain(output, otherwise, { platform } = process) {
  const here = KNOWN.filter((one) => (one.platform ?? platform) === platform);
  const known = here.find(({ pattern }) => pattern.test(output));
  return known ? { cause: known.cause(output), cure: known.cure } : otherwise;
}

/** The line of a command's output that most looks like its reason, shortened to one terminal line. */
export function reasonIn(output) {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const telling =
    lines.find((line) => /\berror\b|\bfailed\b|fatal/i.test(line)) ?? lines.at(-1) ?? 'it printed nothing';
  return telling.length > 160 ? `${telling.slice(0, 157)}...` : telling;
}
