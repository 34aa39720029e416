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

    def run(file, inputs):
        model = keras.models.load_model(file)
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        return [keras.ops.convert_to_numpy(y) for y in outputs]

    return answers(cases, run)


def saved_model(cases):
    """Exports each model as a SavedModel, into the folder of its case."""
    import keras

    with open(cases) as file:
        listed = json.load(file)
    for case in listed:
        keras.models.load_model(case["file"]).export(case["folder"], verbose=False)
    return len(listed)


def onnx(cases):
    """The outputs of each graph for its inputs, or why ONNX's checker or onnxruntime refuses it."""
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1

    def run(file, inputs):
        onnx.checker.check_model(onnx.load(file), full_check=True)
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        return session.run(None, {given.name: x for given, x in zip(session.get_inputs(), inputs)})

    return answers(cases, run)


def answers(cases, run):
    import numpy as np

    result = []
    with open(cases) as file:
        listed = json.load(file)
    for case in listed:
        try:
            inputs = [np.array(x["values"], x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
            result.append({"outputs": [array(y) for y in run(case["file"], inputs)]})
        except Exception as error:
            result.append({"error": f"{type(error).__name__}: {error}"})
    return result


formats = {"torch": torch, "safetensors": safetensors, "keras": keras, "saved_model": saved_model, "onnx": onnx}
print(json.dumps(formats[sys.argv[1]](*sys.argv[2:])))
