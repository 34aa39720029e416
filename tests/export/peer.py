"""What other libraries read from a file of ours: `peer.py FORMAT FILE` prints tensors by name, or a model's outputs, as JSON."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def array(tensor):
    return {"shape": list(tensor.shape), "dtype": str(tensor.dtype), "values": tensor.astype("float64").ravel().tolist()}


def torch(file):
    import torch

    return {name: array(tensor.numpy()) for name, tensor in torch.load(file, weights_only=True).items()}


def safetensors(file):
    from safetensors.numpy import load_file

    return {name: array(tensor) for name, tensor in load_file(file).items()}


def keras(cases):
    """The outputs of each model for its inputs, or why Keras refuses it."""
    import keras
    import numpy as np

    answers = []
    with open(cases) as file:
        listed = json.load(file)
    for case in listed:
        try:
            model = keras.models.load_model(case["file"])
            inputs = [np.array(x["values"], x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
            outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
            outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
            answers.append({"outputs": [array(keras.ops.convert_to_numpy(y)) for y in outputs]})
        except Exception as error:
            answers.append({"error": f"{type(error).__name__}: {error}"})
    return answers


formats = {"torch": torch, "safetensors": safetensors, "keras": keras}
print(json.dumps(formats[sys.argv[1]](*sys.argv[2:])))
