"""Keras 3 on TensorFlow as a contender: compiled models, train_on_batch and predict_on_batch."""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import tensorflow as tf
from serve import first_step, serve

RECURRENT = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}
layers = keras.layers


def build(w):
    batch, time, units = w["batch"], w["time"], w["units"]
    if w["model"] == "regression":
        model = keras.Sequential([keras.Input((time, w["features"]))])
        for k in range(w["layers"]):
            model.add(RECURRENT[w["cell"]](units, return_sequences=k < w["layers"] - 1))
        model.add(layers.Dense(1))
        model.compile("adam", "mse")
        x, y = tf.random.normal((batch, time, w["features"])), tf.random.normal((batch, 1))
    else:
        model = keras.Sequential([keras.Input((time,)), layers.Embedding(w["vocabulary"], w["embedding"])])
        x = tf.random.uniform((batch, time), 0, w["vocabulary"], tf.int32)
        if w["model"] == "sentiment":
            lstm = layers.LSTM(units)
            model.add(layers.Bidirectional(lstm) if w["bidirectional"] else lstm)
            model.add(layers.Dropout(0.5))
            model.add(layers.Dense(1, activation="sigmoid"))
            model.compile("adam", "binary_crossentropy")
            y = tf.cast(tf.random.uniform((batch, 1), 0, 2, tf.int32), tf.float32)
        else:
            for _ in range(w["layers"]):
                model.add(layers.LSTM(units, return_sequences=True))
            model.add(layers.Dense(w["vocabulary"], activation="softmax"))
            model.compile("adam", "sparse_categorical_crossentropy")
            y = tf.random.uniform((batch, time), 0, w["vocabulary"], tf.int32)
    return lambda: model.train_on_batch(x, y), lambda: model.predict_on_batch(x)


if len(sys.argv) > 1:
    first_step(build, json.loads(sys.argv[1]))
else:
    serve(build)
