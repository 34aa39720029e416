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


formats = {"torch": torch, "safetensors": safetensors}
print(json.dumps(formats[sys.argv[1]](*sys.argv[2:])))
