/**
 * tfjs-node makes a new tensor of every number in a formula and copies it to the card, which takes longer than the operation that reads it
 * (95 to 125 us against 40 us, measured on an H200). Here a number is copied once and its tensor kept.
 */
import type { TensorInfo } from '@tensorflow/tfjs';
import type { NativeData } from './lazy-data';
import { applyMend, type Mend } from './mend';

/** What is private in tfjs-node's backend and used here. */
interface Backend {
  binding: { TF_FLOAT: number; createTensor(shape: number[], dtype: number, values: ArrayBufferView): number };
  tensorMap: { get(dataId: object): NativeData };
  getInputTensorIds(inputs: TensorInfo[]): number[];
}

const mend: Mend = {
  wrong: 'a number is copied to the card each time that it is used',
  issue: 'none',
  dependency: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
};

/** Formulas hold few numbers; what comes after so many is not kept. */
const most = 256;

/** Keeps the tensors of numbers that operations are given while `isOnCard`; once for each backend. */
export function keepScalars(backend: Backend, found: string, isOnCard: () => boolean): void {
  applyMend('card scalars', mend, backend, found, () => {
    const stock = backend.getInputTensorIds.bind(backend);
    const kept = new Map<number | string, number>();
    const keptScalar = ({ dataId, shape }: TensorInfo): number | undefined => {
      if (shape?.length !== 0) return undefined;
      const { values, dtype } = backend.tensorMap.get(dataId);
      if (!(values instanceof Float32Array) || dtype !== backend.binding.TF_FLOAT) return undefined;
      const key = Object.is(values[0], -0) ? '-0' : values[0]; // which a map takes for 0
      let id = kept.get(key);
      if (id === undefined && kept.size < most) {
        id = backend.binding.createTensor([], dtype, values.slice());
        kept.set(key, id);
      }
      return id;
    };
    backend.getInputTensorIds = (tensors) =>
      isOnCard() ? tensors.map((tensor) => keptScalar(tensor) ?? stock([tensor])[0]) : stock(tensors);
  });
}
