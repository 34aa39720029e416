import path from 'node:path';
import { appendToFile, makeFolder } from '../../files';
import { processName } from '../../platform';
import type { Callback } from './callback';

/**
 * Writes loss and metrics after each epoch into an event file that TensorBoard reads, training and validation apart:
 * `tensorboard --logdir FOLDER`.
 *
 * @example
 * const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: train.adam(), loss: 'meanSquaredError' });
 * const callbacks = train.tensorBoard('logs'); // then: tensorboard --logdir logs
 * const history = await train.fit(model, tf.ones([8, 2]), tf.ones([8, 1]), { epochs: 2, callbacks, verbose: 0 });
 * console.log(history.epochs.length); // 2
 */
export function tensorBoard(folder: string): Callback {
  const writers = new Map<string, EventFile>();
  const writer = (run: string) => {
    if (!writers.has(run)) writers.set(run, new EventFile(path.join(folder, run)));
    return writers.get(run)!;
  };
  return {
    onTrainBegin: () => writers.clear(),
    onEpochEnd(epoch, logs) {
      for (const [name, value] of Object.entries(logs)) {
        const isValidation = name.startsWith('val_');
        writer(isValidation ? 'validation' : 'train').scalar(`epoch_${name.replace(/^val_/, '')}`, value, epoch);
      }
    },
  };
}

/** A file of TensorFlow `Event` records (tensorflow/core/util/event.proto), each framed as a TFRecord. */
class EventFile {
  private static count = 0;
  private readonly file: string;

  constructor(folder: string) {
    makeFolder(folder);
    const second = Math.floor(Date.now() / 1000);
    const name = `events.out.tfevents.${second}.${processName()}.${EventFile.count++}.v2`;
    this.file = path.join(folder, name);
    this.write(bytes(3, Buffer.from('brain.Event:2')));
  }

  /** Adds `value` of the curve `tag` at `step`. */
  scalar(tag: string, value: number, step: number): void {
    const number = Buffer.alloc(5);
    number.writeUInt8((2 << 3) | 5); // simple_value, 32 bits
    number.writeFloatLE(value, 1);
    const summary = bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), number]));
    this.write(Buffer.concat([Buffer.from([2 << 3]), varint(step), bytes(5, summary)]));
  }

  private write(fields: Buffer): void {
    const time = Buffer.alloc(9);
    time.writeUInt8((1 << 3) | 1); // wall_time, 64 bits
    time.writeDoubleLE(Date.now() / 1000, 1);
    const event = Buffer.concat([time, fields]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(event.length));
    appendToFile(this.file, Buffer.concat([length, maskedCrc(length), event, maskedCrc(event)]));
  }
}

/** A length-delimited protocol buffer field. */
function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) out.push(value % 128 | 128);
  return Buffer.from([...out, value]);
}

/** CRC-32C, rotated and shifted as TFRecord wants it. */
function maskedCrc(content: Buffer): Buffer {
  let crc = ~0;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  crc = ~crc >>> 0;
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}
