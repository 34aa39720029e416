/**
 * tfjs-node runs an operation of TensorFlow's also where nothing changes: a cast to the type that a tensor has, a reshape to its own shape.
 * A training step has several, each 10 to 40 us. Here such a result shares the data, as that of its `Identity` does.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import { replaceKernel } from './kernel-registry';

type Call = Parameters<KernelFunc>[0];

/** Passes over casts and reshapes of tfjs-node that change nothing. */
export function passOverNeedless(): void {
  const pass =
    (isNeedless: (x: TensorInfo, attributes: Call['attrs']) => boolean) =>
    (stock: KernelFunc): KernelFunc =>
    (call) => {
      const x = call.inputs.x!;
      if (!isNeedless(x, call.attrs)) return stock(call);
      (call.backend as { incRef(dataId: object): void }).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    };
  const sameType = pass(({ dtype }, attributes) => dtype === attributes!.dtype);
  const sameShape = pass(({ shape }, attributes) => isShape(shape, attributes!.shape as number[]));
  replaceKernel('Cast', 'tensorflow', 'it computes where the type stays', sameType);
  replaceKernel('Reshape', 'tensorflow', 'it computes where the shape stays', sameShape);
}

/** Whether `asked`, in which -1 stands for what is left, is this shape. */
function isShape(shape: number[], asked: number[]): boolean {
  const differing = asked.filter((size, axis) => size !== shape[axis]);
  return asked.length === shape.length && (differing.length === 0 || (differing.length === 1 && differing[0] === -1));
}
