import fs from 'node:fs';
import path from 'node:path';
import { courseFolder } from './folders';

/** What PyTorch gave for one training of the weather model: the loss of each epoch and the answer for the test week, in °C. */
export interface PyTorchTraining {
  /** The mean squared error of each epoch. */
  losses: number[];
  /** The answer for the test week, in °C. */
  prediction: number;
}

/** One seed: the network on raw degrees, and on standardized ones. */
export interface PyTorchRun {
  /** What `torch.manual_seed` was given. */
  seed: number;
  /** On raw degrees, as in the source. */
  raw: PyTorchTraining;
  /** On standardized degrees. */
  cured: PyTorchTraining;
}

/** What PyTorch itself computed for lesson 04's network. */
export interface PyTorchWeather {
  /** The version of PyTorch. */
  torch: string;
  /** The run of a seed; throws when PyTorch was not run with it. */
  run(seed: number): PyTorchRun;
}

/**
 * The losses and predictions of PyTorch for lesson 04, as tests/torch/fixtures/make_weather.py recorded them.
 *
 * @example
 * const { losses } = data.pytorchWeather().run(0).raw;
 * console.log(losses.length > 1, losses[0] > losses[losses.length - 1]); // true true
 */
export function pytorchWeather(): PyTorchWeather {
  const file = path.join(courseFolder() ?? '', 'pytorch-weather.json');
  const { torch, runs } = JSON.parse(fs.readFileSync(file, 'utf8')) as { torch: string; runs: PyTorchRun[] };
  return {
    torch,
    run(seed) {
      const found = runs.find((run) => run.seed === seed);
      if (!found)
        throw new Error(`PyTorch was run with the seeds ${runs.map((run) => run.seed).join(', ')}, not ${seed}.`);
      return found;
    },
  };
}
