import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalsOf } from '../../lib/cli/serve';

test('on Windows a closed window ends the service in order, and is no wish for a new bundle', () => {
  assert.deepEqual(signalsOf('win32'), { end: ['SIGINT', 'SIGBREAK', 'SIGHUP'] });
  assert.deepEqual(signalsOf('linux'), { end: ['SIGTERM', 'SIGINT'], reload: 'SIGHUP' });
});
