/** Which device computes where TensorFlow has a card: the processor, unless somebody asks for the card. */

/** The processor, or an NVIDIA card. */
export type Device = 'cpu' | 'gpu';

const choices = ['auto', 'cpu', 'gpu'] as const;

/** `LSTM_LAB_DEVICE`: the processor alone, the card for everything it can do, or for large models only. */
export type DeviceChoice = (typeof choices)[number];

/** @throws Error when `LSTM_LAB_DEVICE` is something else */
export function deviceChoice(asked: string | undefined): DeviceChoice {
  const choice = choices.find((name) => name === (asked || 'auto'));
  if (!choice) throw new Error(`LSTM_LAB_DEVICE is '${asked}', expected 'auto', 'cpu' or 'gpu'.`);
  return choice;
}

/** What CUDA and TensorFlow read when they are loaded; values that are set already stay. */
export function prepareCard(choice: DeviceChoice, environment: NodeJS.ProcessEnv): void {
  if (choice === 'cpu') environment.CUDA_VISIBLE_DEVICES = '-1';
  environment.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'; // otherwise the first notebook takes all of the card's memory
  if (environment.LSTM_LAB_TF32 === '0') environment.NVIDIA_TF32_OVERRIDE ??= '0';
}
