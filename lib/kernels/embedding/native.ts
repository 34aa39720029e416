/** Look-ups in TensorFlow's operation, and their gradient in one of lib/native. */
import { nativeOp, type NativeBackend } from '../../backend';
import { NativeLazyData } from '../../mends/lazy-data';
import { within } from './lookup';
import type { LateTensor, TableWriter } from './writer';

const gatherTypes = { Tparams: { type: 'float32' as const }, Tindices: { type: 'int32' as const } };

export function nativeTables(backend: NativeBackend): TableWriter {
  const made = <Parts>(data: NativeLazyData<Parts>): LateTensor<Parts> => ({ tensor: data.tensor(backend), data });
  const gather = nativeOp('Gather')!;
  const add = nativeOp('LabEmbeddingGrad')!;
  return {
    rows: (shape, late) =>
      made(
        new NativeLazyData(backend.binding.TF_FLOAT, shape, {
          ...late,
          compute: (held) =>
            within(
              held,
              () => gather.onHandles(gatherTypes, backend.getInputTensorIds([held.table, held.ids]), 1)[0].id,
            ),
        }),
      ),
    gradient: (shape, late) =>
      made(
        new NativeLazyData(backend.binding.TF_FLOAT, shape, {
          ...late,
          compute: ({ ids, values }) =>
            add.onHandles({ rows: shape[0] }, backend.getInputTensorIds([ids, values]), 1)[0].id,
        }),
      ),
  };
}
