/** onnxruntime-web as a contender: the graph of the same model, on WebAssembly. It predicts and does not train. */
import fs from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-web';
import { toONNX } from 'lstm-lab/export';
import { temporaryFolder } from '../../temporary';
import { buildOurs } from '../ours';
import { serve, timed, type Subject } from '../serve';
import type { Workload } from '../workload';

async function subject(workload: Workload): Promise<Subject> {
  const file = path.join(temporaryFolder('lstm-bench'), 'model.onnx');
  const { model, x } = buildOurs(workload);
  await toONNX(model, file);
  ort.env.wasm.numThreads = Number(process.env.LSTM_LAB_THREADS);
  const session = await ort.InferenceSession.create(fs.readFileSync(file));
  const input = new ort.Tensor('float32', Float32Array.from(x.dataSync()), x.shape);
  return {
    async predict(count) {
      const times: number[] = [];
      for (let k = 0; k < count; k++) times.push(await timed(() => session.run({ [session.inputNames[0]]: input })));
      return times;
    },
  };
}

if (require.main === module) void serve(subject);
